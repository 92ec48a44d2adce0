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
 * Computes HMAC-SHA1 signatures (RFC 5849 section 3.4.2) with ScribeJava, which no other class uses. The library's own
 * base string is not used: it sorts parameters before they are encoded, whereas the RFC sorts them after, which differs
 * for names with brackets or non-ASCII letters. Thread-safe.
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
            // the message of the exception quotes the base string, which holds the token
            throw new IllegalStateException("this Java platform cannot compute HMAC-SHA1");
        }
    }

    /** Percent-encodes everything but unreserved characters (RFC 5849 section 3.6). */
    static String encoded(String text) {
        return OAuthEncoder.encode(text);
    }

    /** RFC 5849 section 3.4.1.3.2. */
    private static String normalized(List<Map.Entry<String, String>> parameters) {
        return parameters.stream()
                .map(parameter -> Map.entry(encoded(parameter.getKey()), encoded(parameter.getValue())))
                .sorted(Map.Entry.<String, String>comparingByKey()
                        .thenComparing(Map.Entry.comparingByValue(Comparator.naturalOrder())))
                .map(parameter -> parameter.getKey() + "=" + parameter.getValue())
                .collect(Collectors.joining("&"));
    }
}
