package dev.evertoken.providers.internal.oauth1;

import dev.evertoken.model.Placeholder;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.ApiRequest;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.RequestSigner;
import dev.evertoken.spi.provider.Signature;
import dev.evertoken.spi.provider.SigningKeys;
import dev.evertoken.spi.provider.TemporaryCredentials;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Signs requests by OAuth 1.0a (RFC 5849 section 3). Each has its own nonce and a timestamp from the provider's clock,
 * all in the {@code Authorization} header. Thread-safe.
 */
public final class OAuth1Signer implements RequestSigner {

    /** The attribute of a token set for the token's secret. */
    public static final String TOKEN_SECRET = TokenSet.TOKEN_SECRET;

    private static final Pattern TIMESTAMP = Pattern.compile("oauth_timestamp=\"(\\d{1,12})\"");
    private static final int NONCE_BYTES = 16;

    private final SignatureMethod method;
    private final Supplier<String> nonces;
    private final ProviderClock clock = new ProviderClock();

    public OAuth1Signer(SignatureMethod method) {
        this(method, randomNonces());
    }

    /** @param nonces never returns the same text twice */
    OAuth1Signer(SignatureMethod method, Supplier<String> nonces) {
        this.method = method;
        this.nonces = nonces;
    }

    private static Supplier<String> randomNonces() {
        SecureRandom random = new SecureRandom();
        return () -> {
            byte[] bytes = new byte[NONCE_BYTES];
            random.nextBytes(bytes);
            return HexFormat.of().formatHex(bytes);
        };
    }

    @Override
    public boolean readsForms() {
        return true;
    }

    @Override
    public Signature sign(ApiRequest request, SigningKeys keys) {
        Secret secret = keys.attribute(TOKEN_SECRET)
                .orElseThrow(() -> unusable("the stored tokens have no " + TOKEN_SECRET + ""));
        return sign(
                request,
                keys.client(),
                Optional.of(new TemporaryCredentials(keys.accessToken(), secret)),
                Map.of(),
                keys.time());
    }

    /**
     * Signs a request of any step.
     *
     * @param token the token and its secret; empty before one is issued
     * @param more further protocol parameters, such as {@code oauth_verifier}
     */
    Signature sign(
            ApiRequest request,
            Client client,
            Optional<TemporaryCredentials> token,
            Map<String, String> more,
            Timekeeper time) {
        Secret clientSecret = client.credentials()
                .clientSecret()
                .orElseThrow(() -> unusable("client " + client.registration()
                        + " has no secret; OAuth 1.0a requires the API key's secret"));
        Map<String, String> header = new TreeMap<>(more);
        header.put("oauth_consumer_key", client.credentials().clientId());
        header.put("oauth_nonce", nonces.get());
        header.put("oauth_signature_method", method.name());
        header.put("oauth_timestamp", Long.toString(clock.now(time).getEpochSecond()));
        header.put("oauth_version", "1.0");
        token.ifPresent(held -> header.put("oauth_token", held.token().reveal()));
        List<Map.Entry<String, String>> signed = new ArrayList<>(SignedParameters.of(request));
        signed.addAll(header.entrySet());
        header.put(
                "oauth_signature",
                method.sign(
                        request.method().toUpperCase(Locale.ROOT),
                        SignedParameters.baseAddress(request.address()),
                        signed,
                        clientSecret,
                        token.map(TemporaryCredentials::secret)));
        return Signature.header(Secret.of(headerValue(header)));
    }

    /** RFC 5849 section 3.5.1. */
    private static String headerValue(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(parameter -> parameter.getKey() + "=\"" + HmacSha1.encoded(parameter.getValue()) + "\"")
                .collect(Collectors.joining(", ", "OAuth ", ""));
    }

    @Override
    public boolean learnFrom(Signature sent, ProviderResponse response) {
        Matcher timestamp = TIMESTAMP.matcher(sent.authorization().reveal());
        return timestamp.find() && clock.learnFrom(Instant.ofEpochSecond(Long.parseLong(timestamp.group(1))), response);
    }

    @Override
    public void check(TokenSet tokens) {
        Secret secret = tokens.attributes().get(TOKEN_SECRET);
        if (secret == null) {
            throw unusable(
                    "the tokens have no attribute " + TOKEN_SECRET + ", which signatures require; nothing was stored");
        }
        Placeholder.reason(secret.reveal()).ifPresent(reason -> {
            throw unusable("the " + TOKEN_SECRET + " is " + reason + "; nothing was stored");
        });
        if (tokens.refreshToken().isPresent()) {
            throw TokenException.about(Problem.UNSUPPORTED_TOKEN_TYPE)
                    .detail("the tokens have a refresh token, so they are from OAuth 2.0; connect them under an"
                            + " OAuth 2.0 registration")
                    .build();
        }
    }

    private static TokenException unusable(String detail) {
        return TokenException.about(Problem.PLACEHOLDER_CREDENTIALS)
                .detail(detail)
                .build();
    }
}
