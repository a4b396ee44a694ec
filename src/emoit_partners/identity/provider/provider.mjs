// The sandbox's OpenID provider: the certified oidc-provider over the partner's own SQLite store.
//
//   node provider.mjs STORE PORT ISSUER
//
// Prints `ready` once it listens on the loopback. The partner's door (granian) stands before it and says by
// X-Forwarded-* how it was reached. Accounts and clients are rows of the store; all are made up.

import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";
import { failurePage, interactionPages, logoutPage, sorryPage } from "./interactions.mjs";
import { openStore } from "./store.mjs";

const [path, port, issuer] = process.argv.slice(2);
const store = openStore(path);

// The clock that the control page set: the library reads the time from here only.
const realNow = Date.now;
Date.now = () => realNow() + store.skewSeconds() * 1000;

function kept(name, make) {
  const found = store.fact(name);
  if (found) return JSON.parse(found);
  const made = make();
  store.stateFact(name, JSON.stringify(made));
  return made;
}

function signingKey() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: randomBytes(8).toString("hex") };
}

const keys = { keys: [kept("signing_key", signingKey)] };
const cookieKeys = kept("cookie_keys", () => [randomBytes(32).toString("hex")]);

// A consent once given holds for the same person and client until it is withdrawn by a reset.
async function loadExistingGrant(ctx) {
  const { client, session, result } = ctx.oidc;
  const granted = result?.consent?.grantId ?? store.consent(session.accountId, client.clientId);
  return granted ? ctx.oidc.provider.Grant.find(granted) : undefined;
}

function findAccount(_ctx, sub) {
  const claims = store.claims(sub);
  return claims ? { accountId: sub, claims: async () => ({ ...claims, sub }) } : undefined;
}

const provider = new Provider(issuer, {
  adapter: store.adapter,
  jwks: keys,
  cookies: { keys: cookieKeys },
  clients: [],
  findAccount,
  loadExistingGrant,
  pkce: { required: () => true },
  responseTypes: ["code"],
  scopes: ["openid", "profile", "address", "offline_access"],
  claims: {
    openid: [
      "sub", "TechID", "LoaiTaiKhoan", "HoVaTen", "SoDinhDanh", "SoCMND", "NgayThangNamSinh", "GioiTinh", "DanToc",
      "NoiDangKyKhaiSinh", "MaSoThue", "TenDoanhNghiep",
    ],
    profile: ["name", "gender", "birthdate"],
    address: ["address"],
  },
  clientDefaults: {
    grant_types: ["authorization_code", "refresh_token"],
    token_endpoint_auth_method: "client_secret_basic",
  },
  features: {
    devInteractions: { enabled: false },
    introspection: { enabled: true },
    revocation: { enabled: true },
    rpInitiatedLogout: { enabled: true, logoutSource: logoutPage, postLogoutSuccessSource: sorryPage },
  },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  renderError: failurePage,
  ttl: {
    AccessToken: 3600,
    AuthorizationCode: 60,
    Grant: 365 * 86400,
    IdToken: 3600,
    Interaction: 3600,
    RefreshToken: 14 * 86400,
    Session: 14 * 86400,
  },
});
provider.proxy = true;
provider.on("server_error", (_ctx, error) => console.error(error));

const answer = provider.callback();
const pages = interactionPages(provider, store);
const server = createServer((request, response) => {
  (request.url.startsWith("/interaction/") ? pages : answer)(request, response);
});
server.listen(Number(port), "127.0.0.1", () => console.log("ready"));
process.on("SIGTERM", () => process.exit(0));
