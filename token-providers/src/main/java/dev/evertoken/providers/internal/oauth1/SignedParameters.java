package dev.evertoken.providers.internal.oauth1;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.provider.ApiRequest;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The parts of a request that an OAuth 1.0a signature covers (RFC 5849 section 3.4.1). Stateless. Thread-safe. */
final class SignedParameters {

    private static final Set<String> PROTOCOL_PARAMETERS = Set.of(
            "oauth_consumer_key",
            "oauth_token",
            "oauth_signature",
            "oauth_signature_method",
            "oauth_timestamp",
            "oauth_nonce",
            "oauth_version");

    private SignedParameters() {}

    /**
     * Returns the decoded parameters of query and form, including duplicates (RFC 5849 section 3.4.1.3.1).
     *
     * @throws TokenException with {@link Problem#UNSIGNABLE_REQUEST} if they already include a signature parameter
     */
    static List<Map.Entry<String, String>> of(ApiRequest request) {
        List<Map.Entry<String, String>> all = new ArrayList<>();
        String query = request.address().getRawQuery();
        add(all, query == null ? "" : query);
        request.form().ifPresent(form -> add(all, form));
        for (Map.Entry<String, String> parameter : all) {
            if (PROTOCOL_PARAMETERS.contains(parameter.getKey())) {
                throw TokenException.about(Problem.UNSIGNABLE_REQUEST)
                        .detail("the request has a parameter " + parameter.getKey()
                                + " of its own in its query or form, so it cannot be signed; leave it out")
                        .build();
            }
        }
        return all;
    }

    /** Returns the base string address (RFC 5849 section 3.4.1.2). */
    static String baseAddress(URI address) {
        String scheme = address.getScheme().toLowerCase(Locale.ROOT);
        int defaultPort = scheme.equals("https") ? 443 : 80;
        String port = address.getPort() < 0 || address.getPort() == defaultPort ? "" : ":" + address.getPort();
        String path = address.getRawPath() == null || address.getRawPath().isEmpty() ? "/" : address.getRawPath();
        return scheme + "://" + address.getHost().toLowerCase(Locale.ROOT) + port + path;
    }

    private static void add(List<Map.Entry<String, String>> all, String encoded) {
        for (String pair : encoded.split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                all.add(Map.entry(
                        decoded(equals < 0 ? pair : pair.substring(0, equals)),
                        equals < 0 ? "" : decoded(pair.substring(equals + 1))));
            }
        }
    }

    /** Decodes a text; a percent sign without two hexadecimal digits is kept. */
    private static String decoded(String text) {
        String whole = text.replaceAll("%(?![0-9A-Fa-f]{2})", "%25");
        return URLDecoder.decode(whole, StandardCharsets.UTF_8);
    }
}
