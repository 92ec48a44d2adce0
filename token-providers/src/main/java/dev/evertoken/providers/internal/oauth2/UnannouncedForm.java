package dev.evertoken.providers.internal.oauth2;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads a form-encoded response of a token endpoint that is not known to send forms, whatever its {@code Content-Type}
 * says.
 *
 * <p>Some servers return a form, even typed as HTML, although RFC 6749 section 5.1 requires JSON. If their response to a
 * refresh were not read, a rotated refresh token would be lost. A text is read only if it cannot be anything else than a
 * token response or a refusal: the whole text is a form without markup, white space, invalid escapes or repeated fields.
 * A request that a server returns is not read. Stateless. Thread-safe.
 */
final class UnannouncedForm {

    private static final Pattern ESCAPED = Pattern.compile("(?:[A-Za-z0-9*._~!$'(),:;@/?&=+-]|%[0-9A-Fa-f]{2})+");
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");
    private static final Pattern ERROR_CODE = Pattern.compile("[a-z]+(?:_[a-z]+){0,5}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]*");
    private static final char INVALID_UTF_8 = '\uFFFD';
    private static final Set<String> OF_A_REQUEST = Set.of("grant_type", "client_secret");

    private UnannouncedForm() {}

    /** Returns the form; empty if the text may be something else. */
    static Optional<FormEncoding> parse(String text) {
        return ESCAPED.matcher(text).matches()
                ? FormEncoding.parse(text)
                        .filter(form -> form.fields().size() == text.split("&", -1).length)
                        .filter(form -> isResponse(form.fields()))
                : Optional.empty();
    }

    private static boolean isResponse(Map<String, String> fields) {
        boolean plain = fields.entrySet().stream()
                .allMatch(field -> NAME.matcher(field.getKey()).matches() && isText(field.getValue()));
        boolean sent = OF_A_REQUEST.stream().anyMatch(fields::containsKey);
        boolean refusal = has(fields, "error", ERROR_CODE);
        boolean tokens = has(fields, "access_token", TOKEN)
                && (!fields.containsKey("refresh_token") || has(fields, "refresh_token", TOKEN));
        return plain && !sent && refusal != tokens;
    }

    private static boolean isText(String value) {
        return value.chars().noneMatch(c -> Character.isISOControl(c) || c == INVALID_UTF_8);
    }

    private static boolean has(Map<String, String> fields, String name, Pattern value) {
        return value.matcher(fields.getOrDefault(name, "")).matches();
    }
}
