package dev.evertoken.spring;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.provider.ResourceVerdict;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.springframework.http.HttpRequest;

/**
 * The attributes of a request: the account whose token it carries, and the meaning of its response for that token.
 *
 * <pre>{@code
 * rest.get().uri(calendars).attributes(TokenAttributes.account(key)).retrieve();
 * web.get().uri(calendars).attributes(TokenAttributes.account(key)).retrieve();
 * }</pre>
 *
 * <p>Stateless. Thread-safe.
 */
public final class TokenAttributes {

    /** The name of the attribute with the account, a {@link TokenKey}. */
    public static final String ACCOUNT = "dev.evertoken.account";

    /** The name of the attribute with the meaning of the response, a {@link ResourceVerdict}. */
    public static final String VERDICT = "dev.evertoken.verdict";

    private TokenAttributes() {}

    /** Returns the argument of {@code attributes(…)} that selects the account of a request. */
    public static Consumer<Map<String, Object>> account(TokenKey key) {
        return attributes -> attributes.put(ACCOUNT, key);
    }

    /**
     * Returns the account that the attributes of a request select; empty if they select none.
     *
     * @throws IllegalArgumentException if the attribute is not a {@link TokenKey}
     */
    public static Optional<TokenKey> account(Map<String, Object> attributes) {
        Object account = attributes.get(ACCOUNT);
        if (account != null && !(account instanceof TokenKey)) {
            throw new IllegalArgumentException("the attribute " + ACCOUNT + " is a "
                    + account.getClass().getName() + ", but must be a " + TokenKey.class.getName());
        }
        return Optional.ofNullable((TokenKey) account);
    }

    /**
     * Returns the meaning of the response to a request for the token that was sent: the problem and, if known, the time
     * of the next attempt; empty if the response does not concern the token. {@link Problem#BODY_NOT_REPLAYABLE} means
     * that a new token is available, so send the request again. {@link Problem#API_REJECTS_TOKEN} means that another
     * token did not help.
     *
     * @param request the request as {@code exchange} and {@code onStatus} of a {@code RestClient} pass it, or as a
     *     {@code ClientResponse} or a {@code WebClientResponseException} of a {@code WebClient} returns it
     */
    public static Optional<ResourceVerdict> verdict(HttpRequest request) {
        return request.getAttributes().get(VERDICT) instanceof ResourceVerdict verdict
                ? Optional.of(verdict)
                : Optional.empty();
    }
}
