// A request with an organization's API key goes to the API's door for programs, where no person's token is asked for.
function handler(event) {
  var request = event.request;
  var key = request.headers["x-api-key"];
  if (key && key.value.startsWith("usher_")) {
    request.uri = "/keys" + request.uri;
  }
  return request;
}
