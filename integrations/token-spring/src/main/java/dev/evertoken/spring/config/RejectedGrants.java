package dev.evertoken.spring.config;

import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.provider.ResourceVerdict;
import dev.evertoken.spring.TokenAttributes;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpRequest;

/**
 * Finds out whether an API rejected a request because its user has to connect the account again. Stateless. Thread-safe.
 */
public final class RejectedGrants {

    private RejectedGrants() {}

    /**
     * Returns the exception for a response that only the user can change, such as the first one after the end of a grant;
     * empty for any other response.
     *
     * @param attributes the attributes of the request as the caller has set them
     * @param request the request as it is after the response
     */
    public static Optional<TokenException> of(Map<String, Object> attributes, HttpRequest request) {
        return TokenAttributes.verdict(request)
                .flatMap(ResourceVerdict::problem)
                .filter(problem -> problem.remedy() == Remedy.RECONNECT)
                .flatMap(problem -> TokenAttributes.account(attributes)
                        .map(key -> TokenException.about(problem)
                                .key(key)
                                .detail("the API at " + request.getURI().getHost() + " rejected the token")
                                .build()));
    }
}
