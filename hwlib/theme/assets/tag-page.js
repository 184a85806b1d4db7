// `?v=2`: says whether the item is still as it was in the version that was cited. The list of
// versions says so of each; the page reads well without this script.
(() => {
  const cited = new URLSearchParams(location.search).get("v");
  if (!cited) return;
  const row = /^\d+$/.test(cited) && document.getElementById(`v${cited}`);
  const note = document.getElementById("cited");
  const version = document.createElement(row ? "a" : "span");
  version.textContent = `version ${cited}`;
  if (row) version.href = `#${row.id}`;
  note.append("You came by a citation of ", version, row ? `. ${row.dataset.since}` : ", but there is no such version.");
  note.hidden = false;
  if (row) row.classList.add("tag-cited");
})();
