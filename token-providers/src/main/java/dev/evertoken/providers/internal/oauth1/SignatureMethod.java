package dev.evertoken.providers.internal.oauth1;

import dev.evertoken.model.Secret;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Computes OAuth 1.0a signatures (RFC 5849 section 3.4). Implementations are thread-safe. */
public interface SignatureMethod {

    /** Returns the value of {@code oauth_signature_method}. */
    String name();

    /**
     * Signs a request (RFC 5849 section 3.4.1).
     *
     * @param method the HTTP method, in upper case
     * @param address the base string address: scheme, host, the port unless it is the default, and the path as sent
     * @param parameters the decoded parameters of query, form and header, in any order
     * @param clientSecret the first part of the key
     * @param tokenSecret the second part of the key; empty before a token is issued
     */
    String sign(
            String method,
            String address,
            List<Map.Entry<String, String>> parameters,
            Secret clientSecret,
            Optional<Secret> tokenSecret);
}
