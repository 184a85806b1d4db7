// Copying a passage gives the TeX of its formulas. Every page reads well without this script.
document.addEventListener("copy", (event) => {
  const selection = document.getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return;
  const range = selection.getRangeAt(0).cloneRange();
  const formula = (node) => (node instanceof Element ? node : node.parentElement).closest(".hw-math");
  const [first, last] = [formula(range.startContainer), formula(range.endContainer)];
  if (first) range.setStartBefore(first); // a formula is copied whole
  if (last) range.setEndAfter(last);
  const copy = range.cloneContents();
  const formulas = copy.querySelectorAll(".hw-math");
  if (!formulas.length) return;
  for (const math of formulas) {
    const tex = math.dataset.tex;
    math.replaceWith(math.tagName === "DIV" ? `\n$$\n${tex}\n$$\n` : `$${tex}$`);
  }
  event.clipboardData.setData("text/plain", copy.textContent.trim());
  event.preventDefault();
});
