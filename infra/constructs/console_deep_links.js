// A reload of any address within the console must find the console: paths that name no file are its one page.
// The API's reference is the one other page.
function handler(event) {
  var request = event.request;
  if (request.uri === "/docs" || request.uri === "/docs/") {
    request.uri = "/docs/index.html";
  } else if (!request.uri.split("/").pop().includes(".")) {
    request.uri = "/index.html";
  }
  return request;
}
