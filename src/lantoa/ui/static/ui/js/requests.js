import { text } from "./texts.js";

/**
 * Says so in the page's messages when a request of htmx gets no answer or an error.
 * @param {Document} root
 */
export function reportFailedRequests(root) {
  for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    root.addEventListener(failure, () => {
      const messages = root.getElementById("messages");
      if (!messages) return;
      const notice = root.createElement("div");
      notice.className = "notice notice-danger";
      notice.setAttribute("role", "alert");
      notice.textContent = text("requestFailed");
      messages.replaceChildren(notice);
    });
  }
}
