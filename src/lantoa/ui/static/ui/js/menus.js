/**
 * Closes an open menu (details[data-menu]) on Escape, on a click beside it, and when another one opens.
 * @param {Document} root
 */
export function watchMenus(root) {
  root.addEventListener("click", (event) => {
    for (const menu of openMenus(root)) if (!menu.contains(/** @type {Node} */ (event.target))) menu.open = false;
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of openMenus(root)) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
}

/**
 * @param {Document} root
 * @returns {NodeListOf<HTMLDetailsElement>}
 */
function openMenus(root) {
  return root.querySelectorAll("details[data-menu][open]");
}
