// Narrows the list of cases to those that hold the words and carry the chosen properties.
const form = document.querySelector("form.filter");
const cases = [...document.querySelectorAll("details.case")];
const count = document.getElementById("count");
function narrow() {
  const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = [...form.querySelectorAll("select")].map((s) => s.value).filter(Boolean);
  let shown = 0;
  for (const item of cases) {
    const keys = item.dataset.keys.split(" ");
    const text = item.textContent.toLowerCase();
    item.hidden = !(wanted.every((key) => keys.includes(key)) && words.every((word) => text.includes(word)));
    shown += !item.hidden;
  }
  count.textContent = `${shown} of ${cases.length}`;
}
if (form) {
  form.hidden = false;
  form.addEventListener("input", narrow);
  form.addEventListener("submit", (event) => event.preventDefault());
  narrow();
}
