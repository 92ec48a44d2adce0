package dev.evertoken.providers.internal.oauth1;

import dev.evertoken.model.Secret;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Computes OAuth 1.0a signatures (RFC 5849 section 3.4). Implementations are thread-safe. */
interface SignatureMethod {

    /** Returns the value of {@code oauth_signature_method}. */
    String name();

    /**
     * Signs a request (RFC 5849 section 3.4.1).
     *
     * @param method of the request, upper case
     * @param address the base string address: scheme, host, a port that is not the usual one, and path as sent
     * @param parameters decoded, those of query, form and header, in any order
     * @param clientSecret half of the key
     * @param tokenSecret the other half; empty as long as there is no token
     */
    String sign(
            String method,
            String address,
            List<Map.Entry<String, String>> parameters,
            Secret clientSecret,
            Optional<Secret> tokenSecret);
}
