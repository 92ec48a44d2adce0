package dev.evertoken.testing;

import dev.evertoken.internal.json.JsonObject;
import java.io.IOException;
import java.util.Optional;

/** The addresses of a mock provider and their scripted responses. Thread-safe. */
final class MockAddresses {

    private final ProviderBehavior behavior;
    private final MockGrants grants;
    private final ClientAuthenticationCheck authentication;
    private final MockTokenEndpoint tokenEndpoint;
    private final ScriptedResponses tokenScript = new ScriptedResponses();
    private final ScriptedResponses apiScript = new ScriptedResponses();
    private final ScriptedResponses revokeScript = new ScriptedResponses();

    MockAddresses(
            ProviderBehavior behavior,
            MockGrants grants,
            ClientAuthenticationCheck authentication,
            MockTokenEndpoint tokenEndpoint) {
        this.behavior = behavior;
        this.grants = grants;
        this.authentication = authentication;
        this.tokenEndpoint = tokenEndpoint;
    }

    ScriptedResponses tokenScript() {
        return tokenScript;
    }

    ScriptedResponses apiScript() {
        return apiScript;
    }

    ScriptedResponses revokeScript() {
        return revokeScript;
    }

    int responsesLeft() {
        return tokenScript.left() + apiScript.left() + revokeScript.left();
    }

    /** Responds to one request; returns whether the connection can be used for another. */
    boolean serve(MockConnection connection, RawRequest request, String path) throws IOException, InterruptedException {
        Optional<String> tokenMethod = behavior.tokenMethod(path);
        if (tokenMethod.isPresent()) {
            return serveToken(connection, request, tokenMethod.get());
        }
        if (path.equals("/api") || path.startsWith("/api/")) {
            return serveApi(connection, request, path);
        }
        if (path.equals("/revoke")) {
            return serveRevoke(connection, request);
        }
        reply(path, request).writeTo(connection);
        return true;
    }

    private boolean serveRevoke(MockConnection connection, RawRequest request)
            throws IOException, InterruptedException {
        MockResponse response = revokeScript.next(Ledger.UNKNOWN).orElseGet(MockResponse::normal);
        response.arrive();
        return response.isProcessed()
                ? response.write(connection, revoked(request))
                : response.writeUnprocessed(connection);
    }

    private MockHttpResponse revoked(RawRequest request) {
        return authentication
                .refusal(request, behavior.revokeAuthentication(), behavior)
                .orElseGet(() -> behavior.revoked(grants.revokeToken(field(request, "token"))));
    }

    /** Processes a revocation that is authorized by a valid access token. */
    private MockHttpResponse deauthorize(RawRequest request) {
        Optional<String> token = bearer(request);
        return token.filter(grants::revokeToken)
                .map(revoked -> MockHttpResponse.json(200, "{}"))
                .orElseGet(() -> behavior.apiRefusal(token.isPresent()));
    }

    private MockHttpResponse reply(String path, RawRequest request) {
        return switch (path) {
            case "/deauthorize" -> deauthorize(request);
            case "/introspect" -> behavior.introspected(grants.holder(introspectedToken(request)), grants.now());
            default -> behavior.response(path, request, grants).orElseGet(() -> MockHttpResponse.empty(404));
        };
    }

    private boolean serveToken(MockConnection connection, RawRequest request, String method)
            throws IOException, InterruptedException {
        if (!request.method().equals(method)) {
            MockHttpResponse.empty(405).writeTo(connection);
            return true;
        }
        MockTokenEndpoint.ParsedRequest parsed = tokenEndpoint.parse(request);
        grants.ledger().add(Ledger.Kind.TOKEN_REQUEST, parsed.account(), 0, parsed.grantType());
        parsed.presented()
                .ifPresent(
                        token -> grants.ledger().add(Ledger.Kind.PRESENTED, token.account(), token.generation(), ""));
        MockResponse response = tokenScript.next(parsed.account()).orElseGet(MockResponse::normal);
        response.arrive();
        if (!response.isProcessed()) {
            grants.ledger().add(Ledger.Kind.RESPONDED, parsed.account(), 0, "scripted");
            return response.writeUnprocessed(connection);
        }
        MockHttpResponse own = tokenEndpoint.process(parsed);
        grants.ledger().add(Ledger.Kind.RESPONDED, parsed.account(), 0, own.status() == 200 ? "tokens" : "refused");
        return response.write(connection, own);
    }

    private boolean serveApi(MockConnection connection, RawRequest request, String path)
            throws IOException, InterruptedException {
        Optional<String> token = behavior.accessToken(request);
        String account = token.map(grants::accountOf).orElse(Ledger.UNKNOWN);
        Optional<MockGrants.Issue> holder = token.flatMap(grants::holder);
        grants.ledger().add(Ledger.Kind.API_REQUEST, account, 0, holder.isPresent() ? "accepted" : "rejected");
        MockHttpResponse usual = holder.map(
                        one -> MockHttpResponse.json(200, JsonObject.builder().add("account", one.account())))
                .orElseGet(() -> token.filter(grants::isRevoked).isPresent()
                        ? behavior.revokedApiRefusal()
                        : behavior.apiRefusal(token.isPresent()));
        MockHttpResponse own = behavior.response(path, request, grants).orElse(usual);
        MockResponse response = apiScript.next(account).orElseGet(MockResponse::normal);
        response.arrive();
        return response.write(connection, own);
    }

    /** Records that the validity of a token was requested; Facebook's {@code access_token} is the application's. */
    void recordValidation(RawRequest request) {
        String token = request.query().getOrDefault("input_token", introspectedToken(request));
        grants.ledger().add(Ledger.Kind.VALIDATION, grants.accountOf(token), 0, "");
    }

    private static String introspectedToken(RawRequest request) {
        return bearer(request).orElseGet(() -> {
            String token = field(request, "token");
            return token.isEmpty() ? field(request, "access_token") : token;
        });
    }

    private static String field(RawRequest request, String name) {
        return request.form().getOrDefault(name, request.query().getOrDefault(name, ""));
    }

    static Optional<String> bearer(RawRequest request) {
        return request.header("Authorization")
                .filter(value -> value.regionMatches(true, 0, "Bearer ", 0, 7))
                .map(value -> value.substring(7));
    }
}
