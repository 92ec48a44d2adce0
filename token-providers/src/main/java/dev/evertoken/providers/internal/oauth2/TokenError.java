package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.ProviderResponse;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A response in the form in which the rules of a dialect examine it. Immutable.
 *
 * @param context the context of the request
 * @param response the original response
 * @param body the parsed body of the response
 */
public record TokenError(DialectContext context, ProviderResponse response, ResponseBody body) {

    private static final Pattern PRINTABLE = Pattern.compile("[A-Za-z]+(_[A-Za-z]+){0,5}");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,6}");
    private static final int MAX_CODE_LENGTH = 40;

    /** @param forms whether responses are known to be form-encoded; an API is never expected to send a form */
    public static TokenError of(DialectContext context, ProviderResponse response, boolean forms) {
        ResponseBody body = ResponseBody.of(response, forms);
        return new TokenError(
                context, response, context.endpoint() == EndpointKind.API ? body : body.orUnannouncedForm());
    }

    public int status() {
        return response.status();
    }

    /** Returns the error code of RFC 6749 section 5.2, or the status of a Google API's error object. */
    Optional<String> error() {
        return body.text("error").or(() -> body.object("error").flatMap(error -> error.text("status")));
    }

    String description() {
        return body.text("error_description").orElse("");
    }

    /** Returns {@code resource/field/code} of the first entry of {@code errors}, the format of Strava. */
    public Optional<String> firstFault() {
        return body.objects("errors").stream()
                .findFirst()
                .map(fault -> fault.text("resource").orElse("") + "/"
                        + fault.text("field").orElse("") + "/"
                        + fault.text("code").orElse(""));
    }

    /** Returns the number of the first entry of {@code errors}, the format of X. */
    public Optional<String> errorNumber() {
        return body.objects("errors").stream()
                .findFirst()
                .flatMap(one -> one.text("code"))
                .filter(code -> NUMBER.matcher(code).matches());
    }

    /** Returns whether the body is a refusal in any format that token endpoints use, even with an unknown code. */
    boolean isRefusal() {
        return error().isPresent()
                || body.has("error")
                || body.has("errors")
                || GraphError.of(body).isPresent();
    }

    /**
     * Returns a one-sentence description. It includes an error code only if the code consists of words, since a server
     * may echo a token in the field of the code.
     */
    String sentence() {
        String prefix = endpointName() + " answered " + status();
        if (body.shape() == ResponseBody.Shape.OBJECT || body.shape() == ResponseBody.Shape.FORM) {
            return error().map(TokenError::printable)
                    .or(() -> errorNumber().map(number -> "code " + number))
                    .or(() -> firstFault().map(TokenError::printable))
                    .or(() -> GraphError.of(body).flatMap(GraphError::printable))
                    .map(code -> prefix + " " + code)
                    .orElse(prefix + (status() / 100 == 2 ? " without tokens" : " without an error code"));
        }
        return prefix + " with " + ResponseBody.outline(response);
    }

    private String endpointName() {
        return switch (context.endpoint()) {
            case REVOKE -> "revocation endpoint";
            case INTROSPECT -> "validation endpoint";
            case TEMPORARY_CREDENTIALS, AUTHORIZATION, EXCHANGE, REFRESH, CLIENT_CREDENTIALS, API -> "token endpoint";
        };
    }

    private static String printable(String code) {
        String words = code.replace('/', '_').replace(' ', '_');
        return code.length() <= MAX_CODE_LENGTH && PRINTABLE.matcher(words).matches()
                ? code
                : "an unprintable error code";
    }
}
