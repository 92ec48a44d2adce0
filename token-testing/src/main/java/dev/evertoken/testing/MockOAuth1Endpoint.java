package dev.evertoken.testing;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The OAuth 1.0a endpoints of a mock provider. Checks the signature, the token, the nonce and the timestamp of
 * requests, and implements the three steps of a consent (RFC 5849 section 2). Thread-safe.
 */
final class MockOAuth1Endpoint {

    /** The reasons for which a request is rejected. */
    enum Fault {
        /** The request has no signature or an incomplete one. */
        MISSING,
        /** The timestamp differs too much from the provider's clock. */
        TIMESTAMP,
        /** The client, the signature or a secret is wrong, or the nonce was used before. */
        SIGNATURE,
        /** The token is unknown or no longer valid. */
        TOKEN
    }

    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    /** Temporary credentials of a consent in progress. */
    private record Temporary(String secret, String callback, Optional<String> account, String verifier) {}

    private final String clientId;
    private final String clientSecret;
    private final Map<String, String> tokenSecrets = new ConcurrentHashMap<>();
    private final Map<String, Temporary> consents = new ConcurrentHashMap<>();
    private final Set<String> nonces = ConcurrentHashMap.newKeySet();

    MockOAuth1Endpoint(String clientId, String clientSecret) {
        this.clientId = clientId;
        this.clientSecret = clientSecret;
    }

    String clientSecret() {
        return clientSecret;
    }

    /** Returns the secret of an access token; creates one if it has none yet. */
    String secretOf(String accessToken) {
        return tokenSecrets.computeIfAbsent(accessToken, token -> TestTokens.clientSecret());
    }

    // ---- signatures

    /** Responds to a request with a valid access token, or with the reason for the rejection. */
    MockHttpResponse signed(
            RawRequest request,
            MockGrants grants,
            Function<MockGrants.Issue, MockHttpResponse> response,
            Function<Fault, MockHttpResponse> refusal) {
        Optional<SignedRequest> signed = SignedRequest.of(request);
        Optional<String> token = signed.map(one -> one.get("oauth_token"));
        Optional<MockGrants.Issue> holder = token.flatMap(grants::holder);
        Optional<Fault> fault = fault(signed, grants.now(), token.map(tokenSecrets::get));
        return fault.or(() -> holder.isEmpty() ? Optional.of(Fault.TOKEN) : Optional.empty())
                .map(refusal)
                .orElseGet(() -> response.apply(holder.orElseThrow()));
    }

    private Optional<Fault> fault(Optional<SignedRequest> signed, Instant now, Optional<String> tokenSecret) {
        if (signed.isEmpty()) {
            return Optional.of(Fault.MISSING);
        }
        SignedRequest request = signed.get();
        if (!isWithinTolerance(request.get("oauth_timestamp"), now)) {
            return Optional.of(Fault.TIMESTAMP);
        }
        boolean hasToken = request.protocol().containsKey("oauth_token");
        if (hasToken && tokenSecret.isEmpty()) {
            return Optional.of(Fault.TOKEN);
        }
        boolean good = request.get("oauth_consumer_key").equals(clientId)
                && request.isSignedWith(clientSecret, tokenSecret.orElse(""))
                && nonces.add(request.nonce());
        return good ? Optional.empty() : Optional.of(Fault.SIGNATURE);
    }

    private static boolean isWithinTolerance(String timestamp, Instant now) {
        return timestamp.matches("\\d{1,11}")
                && Duration.between(Instant.ofEpochSecond(Long.parseLong(timestamp)), now)
                                .abs()
                                .compareTo(TOLERANCE)
                        <= 0;
    }

    // ---- consents

    /** Issues temporary credentials (RFC 5849 section 2.1). */
    MockHttpResponse begin(RawRequest request, MockGrants grants, Function<Fault, MockHttpResponse> refusal) {
        Optional<SignedRequest> signed = SignedRequest.of(request);
        return fault(signed, grants.now(), Optional.empty()).map(refusal).orElseGet(() -> {
            String token = TestTokens.code();
            String callback = signed.orElseThrow().get("oauth_callback");
            consents.put(token, new Temporary(TestTokens.clientSecret(), callback, Optional.empty(), ""));
            return form(
                    "oauth_token",
                    token,
                    "oauth_token_secret",
                    temporary(token).secret(),
                    "oauth_callback_confirmed",
                    "true");
        });
    }

    /**
     * Performs the user's decision on the consent page (RFC 5849 section 2.2).
     *
     * @param account empty if the user denies consent
     * @throws IllegalArgumentException if there is no such consent in progress
     */
    URI decide(String token, Optional<String> account) {
        Temporary asked = temporary(token);
        String separator = asked.callback().contains("?") ? "&" : "?";
        if (account.isEmpty()) {
            consents.remove(token);
            return URI.create(asked.callback() + separator + "denied=" + encoded(token));
        }
        Temporary approved = new Temporary(asked.secret(), asked.callback(), account, TestTokens.code());
        consents.put(token, approved);
        return URI.create(asked.callback() + separator + "oauth_token=" + encoded(token) + "&oauth_verifier="
                + encoded(approved.verifier()));
    }

    /** Issues a token for an approved consent, once (RFC 5849 section 2.3). */
    MockHttpResponse exchange(RawRequest request, MockGrants grants, Function<Fault, MockHttpResponse> refusal) {
        Optional<SignedRequest> signed = SignedRequest.of(request);
        String token = signed.map(one -> one.get("oauth_token")).orElse("");
        Optional<Temporary> consent = Optional.ofNullable(consents.get(token));
        Optional<Fault> fault = fault(signed, grants.now(), consent.map(Temporary::secret));
        boolean approved = consent.flatMap(Temporary::account).isPresent()
                && consent.get()
                        .verifier()
                        .equals(signed.map(one -> one.get("oauth_verifier")).orElse(""));
        if (fault.isPresent() || !approved || consents.remove(token) == null) {
            return refusal.apply(fault.orElse(Fault.TOKEN));
        }
        String account = consent.get().account().orElseThrow();
        MockGrants.Issue issue = grants.consent(account, List.of(), false);
        return form(
                "oauth_token",
                issue.access(),
                "oauth_token_secret",
                secretOf(issue.access()),
                "user_id",
                userId(account),
                "screen_name",
                account);
    }

    static String userId(String account) {
        return Integer.toUnsignedString(account.hashCode());
    }

    private Temporary temporary(String token) {
        return Optional.ofNullable(consents.get(token))
                .orElseThrow(() -> new IllegalArgumentException("no consent is in progress for this oauth_token"));
    }

    private static MockHttpResponse form(String... namesAndValues) {
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            body.append(i == 0 ? "" : "&").append(namesAndValues[i]).append('=').append(encoded(namesAndValues[i + 1]));
        }
        return MockHttpResponse.of(200, "application/x-www-form-urlencoded", body.toString());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
