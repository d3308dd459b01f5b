// Maps the addresses of pages to objects. What is no file's address is one of the console's, whose one page then
// shows what it leads to or that there is nothing; so its addresses can be reloaded, whatever they contain, such as
// the dot in a person's id. `/docs` is the API reference.
var FILES = ["/favicon.ico", "/licenses.md", "/openapi.json", "/robots.txt"];
var FOLDERS = ["/docs/", "/assets/", "/logos/"];

function handler(event) {
  var request = event.request;
  var uri = request.uri;
  if (uri === "/docs" || uri === "/docs/") {
    request.uri = "/docs/index.html";
  } else if (FILES.indexOf(uri) < 0 && !FOLDERS.some((folder) => uri.indexOf(folder) === 0)) {
    request.uri = "/index.html";
  }
  return request;
}
