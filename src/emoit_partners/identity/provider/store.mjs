// The partner's SQLite store, seen from Node: what oidc-provider keeps, the accounts, the clients, the behaviour.

import { DatabaseSync } from "node:sqlite";

const SCHEMA = `
create table if not exists oidc_record (
    model text not null, id text not null, payload text not null, expires_at integer, grant_id text, uid text,
    user_code text, primary key (model, id)) strict;
create index if not exists oidc_record_grant on oidc_record (grant_id) where grant_id is not null;
create index if not exists oidc_record_uid on oidc_record (uid) where uid is not null;
create table if not exists consent (
    sub text not null, client_id text not null, grant_id text not null, primary key (sub, client_id)) strict;
`;

export function openStore(path) {
  const db = new DatabaseSync(path);
  db.exec("pragma busy_timeout = 30000; pragma foreign_keys = on; pragma synchronous = full;");
  db.exec(SCHEMA);
  const one = (statement) => {
    const prepared = db.prepare(statement);
    return (...values) => prepared.get(...values);
  };
  const run = (statement) => {
    const prepared = db.prepare(statement);
    return (...values) => prepared.run(...values);
  };

  const skew = one("select clock_skew_s from kit_behaviour");
  const fact = one("select value from kit_fact where name = ?");
  const stateFact = run("insert or replace into kit_fact values (?, ?)");
  const account = one("select sub, password, claims from account where login = ?");
  const claims = one("select claims from account where sub = ?");
  const client = one("select metadata from client where client_id = ?");
  const consent = one("select grant_id from consent where sub = ? and client_id = ?");
  const remember = run("insert or replace into consent values (?, ?, ?)");

  return {
    adapter: adapterOver({ one, run, client }),
    skewSeconds: () => skew()?.clock_skew_s ?? 0,
    fact: (name) => fact(name)?.value,
    stateFact,
    account,
    claims: (sub) => {
      const found = claims(sub);
      return found && JSON.parse(found.claims);
    },
    consent: (sub, clientId) => consent(sub, clientId)?.grant_id,
    remember,
  };
}

function adapterOver({ one, run, client }) {
  const find = one("select payload, expires_at from oidc_record where model = ? and id = ?");
  const findByUid = one("select payload, expires_at from oidc_record where model = ? and uid = ?");
  const findByUserCode = one("select payload, expires_at from oidc_record where model = ? and user_code = ?");
  const upsert = run("insert or replace into oidc_record values (?, ?, ?, ?, ?, ?, ?)");
  const consume = run(
    "update oidc_record set payload = json_set(payload, '$.consumed', ?) where model = ? and id = ?");
  const destroy = run("delete from oidc_record where model = ? and id = ?");
  const revoke = run("delete from oidc_record where grant_id = ?");
  const now = () => Math.floor(Date.now() / 1000);
  const alive = (row) =>
    row && (row.expires_at === null || row.expires_at > now()) ? JSON.parse(row.payload) : undefined;

  return class Adapter {
    constructor(model) {
      this.model = model;
    }

    async find(id) {
      if (this.model === "Client") {
        const row = client(id);
        return row && JSON.parse(row.metadata);
      }
      return alive(find(this.model, id));
    }

    async findByUid(uid) {
      return alive(findByUid(this.model, uid));
    }

    async findByUserCode(code) {
      return alive(findByUserCode(this.model, code));
    }

    async upsert(id, payload, expiresIn) {
      const expiresAt = expiresIn ? now() + expiresIn : null;
      const grant = this.model === "Grant" ? null : (payload.grantId ?? null);
      const uid = this.model === "Session" ? (payload.uid ?? null) : null;
      upsert(this.model, id, JSON.stringify(payload), expiresAt, grant, uid, payload.userCode ?? null);
    }

    async consume(id) {
      consume(now(), this.model, id);
    }

    async destroy(id) {
      destroy(this.model, id);
    }

    async revokeByGrantId(grantId) {
      revoke(grantId);
    }
  };
}
