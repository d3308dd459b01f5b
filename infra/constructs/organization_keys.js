// Puts `/keys` before the path of a request with an organization's API key: that route has no authorizer for tokens.
function handler(event) {
  var request = event.request;
  var key = request.headers["x-api-key"];
  if (key && key.value.startsWith("usher_")) {
    request.uri = "/keys" + request.uri;
  }
  return request;
}
