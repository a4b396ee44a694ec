// What scripts say. The page's own language decides; Vietnamese unless the page says English.
const vietnamese = {
  sending: "Đang gửi…",
  chosen: (name, size) => `Đã chọn: ${name} (${size})`,
  empty: (name) => `${name} là tệp rỗng. Hãy chọn tệp khác.`,
  tooLarge: (name, size, limit) => `${name} nặng ${size}, quá ${limit}. Hãy chọn tệp nhỏ hơn.`,
  selected: (count) => (count ? `Đã chọn ${count}` : "Chưa chọn mục nào"),
  selectAll: "Chọn tất cả",
  searching: "Đang tìm…",
  found: (count) => (count ? `${count} kết quả` : "Không tìm thấy. Hãy thử từ khác hoặc mã hồ sơ."),
  unreachable: "Chưa tìm được vì mất kết nối. Hãy thử lại.",
  updated: "Đã cập nhật",
  characterCount: {
    charactersUnderLimit: { other: "Còn %{count} ký tự" },
    charactersAtLimit: "Đã hết số ký tự cho phép",
    charactersOverLimit: { other: "Thừa %{count} ký tự" },
    wordsUnderLimit: { other: "Còn %{count} từ" },
    wordsAtLimit: "Đã hết số từ cho phép",
    wordsOverLimit: { other: "Thừa %{count} từ" },
  },
  password: {
    showPassword: "Hiện",
    hidePassword: "Ẩn",
    showPasswordAriaLabel: "Hiện mật khẩu",
    hidePasswordAriaLabel: "Ẩn mật khẩu",
    passwordShownAnnouncement: "Mật khẩu đang hiện",
    passwordHiddenAnnouncement: "Mật khẩu đang ẩn",
  },
};

const english = {
  sending: "Sending…",
  chosen: (name, size) => `Chosen: ${name} (${size})`,
  empty: (name) => `${name} is empty. Choose another file.`,
  tooLarge: (name, size, limit) => `${name} is ${size}, over ${limit}. Choose a smaller file.`,
  selected: (count) => (count ? `${count} selected` : "Nothing selected"),
  selectAll: "Select all",
  searching: "Searching…",
  found: (count) => (count ? `${count} results` : "Nothing found. Try another word or a dossier code."),
  unreachable: "Could not search because the connection failed. Try again.",
  updated: "Updated",
  characterCount: {},
  password: {},
};

export const language = document.documentElement.lang.startsWith("en") ? "en" : "vi";
export const words = language === "en" ? english : vietnamese;

/** Bytes as people say them: "2,4 MB". */
export function sizeInWords(bytes) {
  const number = (value, digits) => value.toLocaleString(language, { maximumFractionDigits: digits });
  if (bytes < 1024) return `${number(bytes, 0)} B`;
  if (bytes < 1024 * 1024) return `${number(bytes / 1024, 0)} KB`;
  return `${number(bytes / 1024 / 1024, 1)} MB`;
}
