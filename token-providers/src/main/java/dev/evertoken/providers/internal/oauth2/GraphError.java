package dev.evertoken.providers.internal.oauth2;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A refusal of the Graph API in any of its formats: the envelope, the flat ones, the legacy {@code meta}, the item of a
 * batch. Its message is matched but never shown. Immutable.
 *
 * @param code determines the problem; may be negative; {@link #NONE} if there is none
 * @param subcode refines some codes; {@link #NONE} if there is none
 * @param type such as {@code OAuthException}; empty if there is none
 * @param message the message for users; empty if there is none
 * @param isTransient whether the provider reports the error as transient, whatever its code
 * @param isLasting whether the provider reports explicitly that the error is not transient
 * @param isExplained whether the error has a text for the user that gives its cause
 * @param trace the id to give to the provider's support; empty if there is none or it is not safe to show
 */
public record GraphError(
        int code,
        int subcode,
        String type,
        String message,
        boolean isTransient,
        boolean isLasting,
        boolean isExplained,
        Optional<String> trace) {

    static final int NONE = 0;

    private static final int UNKNOWN = 1;
    private static final int SERVICE = 2;

    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,9}");
    private static final Pattern TRACE = Pattern.compile("[A-Za-z0-9_-]{5,40}");

    /** Reads a refusal; empty if the body is not one. */
    public static Optional<GraphError> of(ResponseBody body) {
        Optional<ResponseBody> envelope = body.object("error");
        if (envelope.isPresent()) {
            return envelope.map(GraphError::enveloped);
        }
        if (body.has("error_code") || body.has("error_type")) {
            return Optional.of(flat(body));
        }
        Optional<ResponseBody> meta = body.object("meta").filter(inner -> inner.has("error_type"));
        return meta.map(GraphError::flat);
    }

    private static GraphError enveloped(ResponseBody error) {
        return new GraphError(
                number(error, "code"),
                error.has("error_subcode") ? number(error, "error_subcode") : number(error, "subcode"),
                error.text("type").orElse(""),
                error.text("message").orElse(""),
                error.isTrue("is_transient"),
                error.isFalse("is_transient"),
                error.text("error_user_msg").isPresent(),
                error.text("fbtrace_id").filter(TRACE.asMatchPredicate()));
    }

    /**
     * Reads a flat format, where the {@code code} beside {@code error_type} repeats the status and is no Graph code.
     */
    private static GraphError flat(ResponseBody body) {
        String message = body.text("error_message")
                .or(() -> body.text("error_msg"))
                .or(() -> body.text("error_description"))
                .orElse("");
        return new GraphError(
                number(body, "error_code"),
                number(body, "error_subcode"),
                body.text("error_type").orElse(""),
                message,
                body.isTrue("is_transient"),
                body.isFalse("is_transient"),
                body.text("error_user_msg").isPresent(),
                body.text("fbtrace_id").filter(TRACE.asMatchPredicate()));
    }

    private static int number(ResponseBody body, String name) {
        return body.text(name)
                .filter(NUMBER.asMatchPredicate())
                .map(Integer::parseInt)
                .orElse(NONE);
    }

    /** Returns the codes and the trace id, which are safe to show; empty if the error may not be from the Graph API. */
    public Optional<String> printable() {
        if (type.isEmpty() || code == NONE) {
            return Optional.empty();
        }
        String numbers = "code " + code + (subcode == NONE ? "" : "/" + subcode);
        return Optional.of(trace.map(id -> numbers + " (trace " + id + ")").orElse(numbers));
    }

    // The conditions of a row

    public static Predicate<TokenError> code(int... codes) {
        return where(error -> Arrays.stream(codes).anyMatch(any -> any == error.code));
    }

    public static Predicate<TokenError> codeWithin(int first, int last) {
        return where(error -> first <= error.code && error.code <= last);
    }

    public static Predicate<TokenError> subcode(int... subcodes) {
        return where(error -> Arrays.stream(subcodes).anyMatch(any -> any == error.subcode));
    }

    public static Predicate<TokenError> type(String name) {
        return where(error -> error.type.equals(name));
    }

    /** Matches a message that contains one of these texts, ignoring case. */
    public static Predicate<TokenError> says(String... words) {
        List<String> any =
                Arrays.stream(words).map(text -> text.toLowerCase(Locale.ROOT)).toList();
        return where(error -> any.stream().anyMatch(error.message.toLowerCase(Locale.ROOT)::contains));
    }

    /**
     * Matches server errors, and errors that the provider reports as transient whatever their code. A server error of
     * unknown cause that the provider reports as lasting, with an explanation, is not transient.
     */
    public static Predicate<TokenError> isTransientError() {
        Predicate<TokenError> explained = isLastingError().and(where(GraphError::isExplained));
        return where(GraphError::isTransient).or(explained.negate().and(at -> at.status() >= 500));
    }

    /** Matches an error of unknown cause that the provider reports as not transient: a repetition fails, too. */
    public static Predicate<TokenError> isLastingError() {
        return code(UNKNOWN, SERVICE).and(where(GraphError::isLasting));
    }

    private static Predicate<TokenError> where(Predicate<GraphError> test) {
        return at -> of(at.body()).filter(test).isPresent();
    }

    @Override
    public String toString() {
        return "GraphError[" + code + "/" + subcode + "]";
    }
}
