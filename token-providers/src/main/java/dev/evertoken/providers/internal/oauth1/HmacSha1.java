package dev.evertoken.providers.internal.oauth1;

import com.github.scribejava.core.exceptions.OAuthSignatureException;
import com.github.scribejava.core.services.HMACSha1SignatureService;
import com.github.scribejava.core.utils.OAuthEncoder;
import dev.evertoken.model.Secret;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * HMAC-SHA1 by ScribeJava (RFC 5849 section 3.4.2); no other class knows that library. Its own base string is not used:
 * it sorts parameters before they are encoded, and the RFC after that, which differs where names have brackets or
 * letters beyond ASCII. Thread-safe.
 */
public final class HmacSha1 implements SignatureMethod {

    private final HMACSha1SignatureService service = new HMACSha1SignatureService();

    @Override
    public String name() {
        return service.getSignatureMethod();
    }

    @Override
    public String sign(
            String method,
            String address,
            List<Map.Entry<String, String>> parameters,
            Secret clientSecret,
            Optional<Secret> tokenSecret) {
        String base = method + "&" + encoded(address) + "&" + encoded(normalized(parameters));
        try {
            return service.getSignature(
                    base, clientSecret.reveal(), tokenSecret.map(Secret::reveal).orElse(""));
        } catch (OAuthSignatureException e) {
            // its message quotes the base string, which holds the token
            throw new IllegalStateException("this Java platform cannot compute HMAC-SHA1");
        }
    }

    /** RFC 3986 section 2.1, with nothing bare but unreserved characters (RFC 5849 section 3.6). */
    static String encoded(String text) {
        return OAuthEncoder.encode(text);
    }

    /** RFC 5849 section 3.4.1.3.2. */
    private static String normalized(List<Map.Entry<String, String>> parameters) {
        return parameters.stream()
                .map(one -> Map.entry(encoded(one.getKey()), encoded(one.getValue())))
                .sorted(Map.Entry.<String, String>comparingByKey()
                        .thenComparing(Map.Entry.comparingByValue(Comparator.naturalOrder())))
                .map(one -> one.getKey() + "=" + one.getValue())
                .collect(Collectors.joining("&"));
    }
}
