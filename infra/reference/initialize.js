// Shows this origin's own API document, and asks no other origin for anything.
SwaggerUIBundle({
  dom_id: "#reference",
  url: "/openapi.json",
  validatorUrl: null, // the default asks a service of the viewer's makers to check the document
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  filter: true,
});
