// A certified OpenID provider on the loopback interface, with accounts for the tests: a person signs in by the
// name of the account and any password. `node provider.mjs BACK` prints its issuer and serves until its standard
// input ends; it sends people back to any address that begins with BACK.
import { createServer } from "node:http";
import { exportJWK, generateKeyPair } from "jose";
import { Provider } from "oidc-provider";

const known = (email, given_name, family_name) => ({ email, email_verified: true, given_name, family_name });

const ACCOUNTS = {
  ann: known("ann@acme.example", "Ann", "Lee"),
  bo: known("bo@acme.example", "Bo", "Ray"),
  "ann-the-second": known("ann@acme.example", "Ann", "Other"),
  shouting: known("  Ann@ACME.example", "Ann", "Lee"),
  manager: known("manager@acme.example", "Max", "Full"),
  stranger: known("eve@elsewhere.example", "Eve", "Else"),
  below: known("ann@sub.acme.example", "Ann", "Below"),
  unverified: { ...known("uma@acme.example", "Uma", "Un"), email_verified: false },
  "not-said": { email: "nia@acme.example", name: "Nia Marie Said" },
  silent: { given_name: "Sid", family_name: "Lent" },
};

const { privateKey } = await generateKeyPair("RS256", { extractable: true });
const key = { ...(await exportJWK(privateKey)), alg: "RS256", use: "sig", kid: "one" };

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "usher",
        client_secret: "a-secret-of-the-client",
        redirect_uris: [`${process.argv[2]}any`],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    claims: {
      email: ["email", "email_verified"],
      profile: ["name", "given_name", "family_name"],
    },
    cookies: { keys: ["only-for-tests"] },
    findAccount: (_context, id) =>
      ACCOUNTS[id] && { accountId: id, claims: () => ({ sub: id, ...ACCOUNTS[id] }) },
    jwks: { keys: [key] },
    pkce: { required: () => true },
  });
  provider.Client.prototype.redirectUriAllowed = (uri) => uri.startsWith(process.argv[2]);
  server.on("request", provider.callback());
  console.log(issuer);
});
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
