package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.ProviderResponse;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A response in the form in which the rules of a dialect examine it. Immutable.
 *
 * @param context the context of the request
 * @param response the original response
 * @param body the parsed body of the response
 */
public record TokenError(DialectContext context, ProviderResponse response, ResponseBody body) {

    private static final Pattern PRINTABLE = Pattern.compile("[A-Za-z]+(_{1,2}[A-Za-z]+){0,5}");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,6}");
    private static final Pattern NUMBER_IN_XML = Pattern.compile("<error code=[\"'](\\d{1,6})[\"']");
    private static final int MAX_CODE_LENGTH = 40;

    /** The codes of RFC 6749 section 5.2: the server issued no tokens and used none up. */
    private static final Set<String> STANDARD_REFUSALS = Set.of(
            "invalid_request",
            "invalid_client",
            "invalid_grant",
            "unauthorized_client",
            "unsupported_grant_type",
            "invalid_scope");

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
                .filter(fault -> fault.has("resource") || fault.has("field") || fault.has("code"))
                .map(fault -> fault.text("resource").orElse("") + "/"
                        + fault.text("field").orElse("") + "/"
                        + fault.text("code").orElse(""));
    }

    /**
     * Returns the number of the first entry of {@code errors}, the format of X, which is JSON or, at the older
     * endpoints, XML.
     */
    public Optional<String> errorNumber() {
        return body.objects("errors").stream()
                .findFirst()
                .flatMap(one -> one.text("code"))
                .filter(code -> NUMBER.matcher(code).matches())
                .or(this::numberInXml);
    }

    private Optional<String> numberInXml() {
        return Optional.of(NUMBER_IN_XML.matcher(response.body()))
                .filter(matcher -> body.shape() == ResponseBody.Shape.PAGE && matcher.find())
                .map(matcher -> matcher.group(1));
    }

    /** Returns whether the body is a refusal in any format that token endpoints use, even with an unknown code. */
    boolean isRefusal() {
        return error().isPresent()
                || body.has("error")
                || body.has("errors")
                || GraphError.of(body).isPresent();
    }

    /** Returns whether the body has an error code of RFC 6749 section 5.2. */
    boolean isStandardRefusal() {
        return error().filter(STANDARD_REFUSALS::contains).isPresent();
    }

    /**
     * Returns a one-sentence description. It includes an error code only if the code consists of words or is a short
     * number, since a server may echo a token in the field of the code.
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
        return errorNumber()
                .map(number -> prefix + " code " + number)
                .orElseGet(() -> prefix + " with " + ResponseBody.outline(response));
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
        boolean isPrintable =
                PRINTABLE.matcher(words).matches() || NUMBER.matcher(code).matches();
        return code.length() <= MAX_CODE_LENGTH && isPrintable ? code : "an unprintable error code";
    }
}
