// Puts a button beside each password that shows it. Without this script there is neither.
for (const field of document.querySelectorAll("input[type=password]")) {
  const button = document.createElement("button");
  const set = (shown) => {
    field.type = shown ? "text" : "password";
    button.textContent = shown ? field.dataset.hide : field.dataset.show;
  };
  button.type = "button";
  button.className = "show";
  button.setAttribute("aria-controls", field.id);
  button.addEventListener("click", () => set(field.type === "password"));
  // What is sent is a password again, so that no browser offers it as text that was typed.
  field.form.addEventListener("submit", () => set(false));
  set(false);
  field.after(button);
  field.parentElement.classList.add("shown");
}
