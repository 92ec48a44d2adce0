package dev.evertoken.testing;

import java.io.IOException;
import java.util.Optional;

/** The addresses of a mock provider, and what is laid out to be answered there. Thread-safe. */
final class MockAddresses {

    private final ProviderBehavior behavior;
    private final MockGrants grants;
    private final ClientAuthenticationCheck proof;
    private final MockTokenEndpoint tokenEndpoint;
    private final ScriptedResponses tokenScript = new ScriptedResponses();
    private final ScriptedResponses apiScript = new ScriptedResponses();
    private final ScriptedResponses revokeScript = new ScriptedResponses();

    MockAddresses(
            ProviderBehavior behavior,
            MockGrants grants,
            ClientAuthenticationCheck proof,
            MockTokenEndpoint tokenEndpoint) {
        this.behavior = behavior;
        this.grants = grants;
        this.proof = proof;
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

    /** Answers one request; true if the connection can be used for another. */
    boolean serve(RawConnection connection, RawRequest request, String place) throws IOException, InterruptedException {
        Optional<String> tokenMethod = behavior.tokenMethod(place);
        if (tokenMethod.isPresent()) {
            return serveToken(connection, request, tokenMethod.get());
        }
        if (place.equals("/api") || place.startsWith("/api/")) {
            return serveApi(connection, request, place);
        }
        if (place.equals("/revoke")) {
            return serveRevoke(connection, request);
        }
        reply(place, request).writeTo(connection);
        return true;
    }

    private boolean serveRevoke(RawConnection connection, RawRequest request) throws IOException, InterruptedException {
        MockResponse response = revokeScript.next(Ledger.UNKNOWN).orElseGet(MockResponse::normal);
        response.arrive();
        return response.isProcessed()
                ? response.write(connection, revoked(request))
                : response.writeUnprocessed(connection);
    }

    private MockHttpResponse revoked(RawRequest request) {
        return proof.refusal(request, behavior.revokeAuthentication(), behavior)
                .orElseGet(() -> behavior.revoked(grants.revokeToken(field(request, "token"))));
    }

    /** A revocation in the name of a living access token. */
    private MockHttpResponse deauthorized(RawRequest request) {
        Optional<String> token = bearer(request);
        return token.filter(grants::revokeToken)
                .map(dead -> MockHttpResponse.json(200, "{}"))
                .orElseGet(() -> behavior.apiRefusal(token.isPresent()));
    }

    private MockHttpResponse reply(String place, RawRequest request) {
        return switch (place) {
            case "/deauthorize" -> deauthorized(request);
            case "/introspect" -> behavior.introspected(grants.holder(lookedAt(request)), grants.now());
            default -> behavior.response(place, request, grants).orElseGet(() -> MockHttpResponse.empty(404));
        };
    }

    private boolean serveToken(RawConnection connection, RawRequest request, String method)
            throws IOException, InterruptedException {
        if (!request.method().equals(method)) {
            MockHttpResponse.empty(405).writeTo(connection);
            return true;
        }
        MockTokenEndpoint.Visit visit = tokenEndpoint.look(request);
        grants.ledger().add(Ledger.Kind.TOKEN_REQUEST, visit.account(), 0, visit.grantType());
        visit.presented()
                .ifPresent(
                        token -> grants.ledger().add(Ledger.Kind.PRESENTED, token.account(), token.generation(), ""));
        MockResponse response = tokenScript.next(visit.account()).orElseGet(MockResponse::normal);
        response.arrive();
        if (!response.isProcessed()) {
            grants.ledger().add(Ledger.Kind.RESPONDED, visit.account(), 0, "scripted");
            return response.writeUnprocessed(connection);
        }
        MockHttpResponse own = tokenEndpoint.act(visit);
        grants.ledger().add(Ledger.Kind.RESPONDED, visit.account(), 0, own.status() == 200 ? "tokens" : "refused");
        return response.write(connection, own);
    }

    private boolean serveApi(RawConnection connection, RawRequest request, String place)
            throws IOException, InterruptedException {
        Optional<String> token = behavior.accessToken(request);
        String account = token.map(grants::accountOf).orElse(Ledger.UNKNOWN);
        Optional<MockGrants.Issue> holder = token.flatMap(grants::holder);
        grants.ledger().add(Ledger.Kind.API_REQUEST, account, 0, holder.isPresent() ? "accepted" : "rejected");
        MockHttpResponse usual = holder.map(one -> MockHttpResponse.json(200, "account", one.account()))
                .orElseGet(() -> token.filter(grants::isRevoked).isPresent()
                        ? behavior.revokedApiRefusal()
                        : behavior.apiRefusal(token.isPresent()));
        MockHttpResponse own = behavior.response(place, request, grants).orElse(usual);
        MockResponse response = apiScript.next(account).orElseGet(MockResponse::normal);
        response.arrive();
        return response.write(connection, own);
    }

    private static String lookedAt(RawRequest request) {
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
