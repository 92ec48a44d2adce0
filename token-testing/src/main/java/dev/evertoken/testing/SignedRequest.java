package dev.evertoken.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLEncoder;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A request with an OAuth 1.0a signature in its {@code Authorization} header, in the view of a server (RFC 5849 section
 * 3). Immutable; {@code toString} contains no secrets.
 *
 * @param request the received request
 * @param protocol the decoded parameters of the header
 */
record SignedRequest(RawRequest request, Map<String, String> protocol) {

    private static final String SCHEME = "OAuth ";

    /** Parses a request; empty if it has no such header or an incomplete one. */
    static Optional<SignedRequest> of(RawRequest request) {
        return request.header("Authorization")
                .filter(header -> header.startsWith(SCHEME))
                .map(header -> parameters(header.substring(SCHEME.length())))
                .filter(protocol -> protocol.keySet()
                        .containsAll(List.of(
                                "oauth_consumer_key",
                                "oauth_nonce",
                                "oauth_signature",
                                "oauth_signature_method",
                                "oauth_timestamp")))
                .map(protocol -> new SignedRequest(request, protocol));
    }

    private static Map<String, String> parameters(String header) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String one : header.split(",", -1)) {
            String[] pair = one.strip().split("=", 2);
            if (pair.length == 2 && pair[1].length() > 1 && pair[1].startsWith("\"") && pair[1].endsWith("\"")) {
                String value = pair[1].substring(1, pair[1].length() - 1);
                parameters.put(RawRequest.decoded(pair[0]), RawRequest.decoded(value));
            }
        }
        return parameters;
    }

    /** Returns a parameter of the header; an empty string if it is absent. */
    String get(String name) {
        return protocol.getOrDefault(name, "");
    }

    /** Returns the values that together must be unique for each request (RFC 5849 section 3.3). */
    String nonce() {
        return get("oauth_timestamp") + " " + get("oauth_token") + " " + get("oauth_nonce");
    }

    /** Returns whether this request was signed with these secrets. */
    boolean isSignedWith(String clientSecret, String tokenSecret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(
                    (encoded(clientSecret) + "&" + encoded(tokenSecret)).getBytes(UTF_8), "HmacSHA1"));
            String expected = Base64.getEncoder().encodeToString(mac.doFinal(base().getBytes(UTF_8)));
            return get("oauth_signature_method").equals("HMAC-SHA1") && expected.equals(get("oauth_signature"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has HmacSHA1", e);
        }
    }

    /** Returns the signature base string (RFC 5849 section 3.4.1). */
    private String base() {
        List<String> pairs = new ArrayList<>();
        protocol.forEach((name, value) -> {
            if (!name.equals("oauth_signature") && !name.equals("realm")) {
                pairs.add(encoded(name) + "=" + encoded(value));
            }
        });
        URI target = URI.create(request.target());
        addAll(pairs, Optional.ofNullable(target.getRawQuery()).orElse(""));
        if (request.header("Content-Type").orElse("").startsWith("application/x-www-form-urlencoded")) {
            addAll(pairs, request.body());
        }
        String sorted = pairs.stream()
                .map(pair -> pair.split("=", 2))
                .sorted((one, other) ->
                        one[0].equals(other[0]) ? one[1].compareTo(other[1]) : one[0].compareTo(other[0]))
                .map(pair -> pair[0] + "=" + pair[1])
                .collect(Collectors.joining("&"));
        String address = "http://" + request.header("Host").orElse("") + target.getRawPath();
        return request.method() + "&" + encoded(address) + "&" + encoded(sorted);
    }

    private static void addAll(List<String> pairs, String encoded) {
        for (String pair : encoded.split("&", -1)) {
            if (!pair.isEmpty()) {
                String[] parts = pair.split("=", 2);
                String value = parts.length == 2 ? RawRequest.decoded(parts[1]) : "";
                pairs.add(encoded(RawRequest.decoded(parts[0])) + "=" + encoded(value));
            }
        }
    }

    /** Percent-encodes a text (RFC 5849 section 3.6). */
    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    @Override
    public String toString() {
        return "SignedRequest[" + request + "]";
    }
}
