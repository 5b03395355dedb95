// Lets each operation of /api/docs be tried out. Without it the page can still be read.
"use strict";

const token = document.getElementById("token");

/** The address of an attempt: its path with ids filled in, and its query. */
function address(form) {
  let path = form.dataset.path;
  const query = new URLSearchParams();
  for (const field of form.querySelectorAll("input[data-in]")) {
    if (field.dataset.in === "path") path = path.replace(`{${field.name}}`, encodeURIComponent(field.value));
    if (field.dataset.in === "query" && field.value !== "") query.append(field.name, field.value);
  }
  return query.size > 0 ? `${path}?${query}` : path;
}

/** What an attempt says of itself: the token, the body's kind, and fields that are headers. */
function headers(form, body) {
  const all = new Headers({ accept: "application/json" });
  if (token.value !== "") all.set("authorization", `Bearer ${token.value.trim()}`);
  if (body !== undefined) all.set("content-type", "application/json");
  for (const field of form.querySelectorAll('input[data-in="header"]')) {
    if (field.value !== "") all.set(field.name, field.value);
  }
  return all;
}

async function attempt(form, output) {
  const body = form.elements.namedItem("body")?.value;
  output.textContent = "…";
  try {
    const answer = await fetch(address(form), { method: form.dataset.method, headers: headers(form, body), body });
    const text = await answer.text();
    let shown = text;
    try {
      shown = JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      // Not JSON, such as nothing at all: shown as it is.
    }
    output.textContent = `${answer.status} ${answer.statusText}\n\n${shown}`;
  } catch (error) {
    output.textContent = `Nothing came back: ${error.message}`;
  }
}

document.querySelector(".token")?.removeAttribute("hidden");
for (const details of document.querySelectorAll("details.try")) {
  details.hidden = false;
  const form = details.querySelector("form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(form, details.querySelector("output"));
  });
}
