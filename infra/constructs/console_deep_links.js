// Maps the addresses of pages to objects: every path without a file name is the console's one page, so that the
// console's addresses can be reloaded; `/docs` is the API reference.
function handler(event) {
  var request = event.request;
  if (request.uri === "/docs" || request.uri === "/docs/") {
    request.uri = "/docs/index.html";
  } else if (!request.uri.split("/").pop().includes(".")) {
    request.uri = "/index.html";
  }
  return request;
}
