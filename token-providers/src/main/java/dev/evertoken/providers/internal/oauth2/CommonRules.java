package dev.evertoken.providers.internal.oauth2;

import static dev.evertoken.providers.internal.oauth2.TokenRule.asked;
import static dev.evertoken.providers.internal.oauth2.TokenRule.error;
import static dev.evertoken.providers.internal.oauth2.TokenRule.rule;
import static dev.evertoken.providers.internal.oauth2.TokenRule.shape;
import static dev.evertoken.providers.internal.oauth2.TokenRule.status;
import static dev.evertoken.providers.internal.oauth2.TokenRule.statusIn;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.providers.internal.oauth2.ResponseBody.Shape;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The rules that apply to every provider: the error codes of RFC 6749 section 5.2, then the HTTP status. A status alone
 * never means that a grant is invalid. Immutable.
 */
public final class CommonRules {

    private static final int MAX_PATH_LENGTH = 100;

    /** Status 429 is always about the request rate, whatever the body contains. */
    public static final TokenRule TOO_MANY = rule(status(429), Kind.RATE_LIMITED, Problem.RATE_LIMITED);

    /** RFC 6749 section 5.2; {@code temporarily_unavailable} and {@code server_error} come from section 4.1.2.1. */
    static final List<TokenRule> RFC_6749 = List.of(
            TOO_MANY,
            rule(error("invalid_grant"), Kind.GRANT_DEAD, Problem.GRANT_DEAD),
            rule(error("invalid_client", "unauthorized_client"), Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED),
            rule(error("unsupported_grant_type"), Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED),
            rule(
                            error("access_denied").and(asked(EndpointKind.CLIENT_CREDENTIALS)),
                            Kind.CLIENT_INVALID,
                            Problem.CLIENT_REJECTED)
                    .note("the client may not use the client credentials grant"),
            rule(error("invalid_scope"), Kind.SCOPE_INVALID, Problem.SCOPE_INVALID),
            rule(error("invalid_request"), Kind.UNKNOWN, Problem.REQUEST_REJECTED),
            rule(error("slow_down"), Kind.RATE_LIMITED, Problem.RATE_LIMITED),
            rule(error("temporarily_unavailable", "server_error"), Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE));

    /** The rules for responses without a known error code. */
    static final List<TokenRule> BY_STATUS = List.of(
            TOO_MANY,
            rule(statusIn(code -> code >= 500), Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE),
            rule(status(408, 425), Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE),
            rule(status(202), Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE).note("the request is to be repeated later"),
            rule(statusIn(code -> code / 100 == 3), Kind.CLIENT_INVALID, Problem.ENDPOINT_MOVED)
                    .note(CommonRules::target),
            rule(status(404, 405, 410), Kind.CLIENT_INVALID, Problem.ENDPOINT_MOVED)
                    .note("there is no such endpoint at this address"),
            rule(
                            status(406, 411, 413, 414, 415, 417, 422, 431)
                                    .and(refusal().negate()),
                            Kind.UNKNOWN,
                            Problem.REQUEST_REJECTED)
                    .note("the server does not accept the form of the request"),
            rule(status(401, 403, 407, 451).and(refusal().negate()), Kind.TRANSIENT, Problem.FORBIDDEN_UNRECOGNIZED),
            rule(refusal(), Kind.UNKNOWN, Problem.UNRECOGNIZED_RESPONSE),
            rule(shape(Shape.NOTHING, Shape.PAGE, Shape.OTHER), Kind.TRANSIENT, Problem.MALFORMED_RESPONSE),
            rule(at -> TokenResponseParser.isForeignType(at.body()), Kind.UNKNOWN, Problem.UNSUPPORTED_TOKEN_TYPE)
                    .note("its token_type cannot be used"));

    static final TokenRule UNKNOWN = rule(at -> true, Kind.UNKNOWN, Problem.MALFORMED_RESPONSE);

    /** The dialect of a server that follows the RFC. */
    public static final RuleTokenDialect DIALECT = RuleTokenDialect.of(RFC_6749);

    private CommonRules() {}

    private static Predicate<TokenError> refusal() {
        return TokenError::isRefusal;
    }

    /** Returns host and path of a redirect, without its query, which may hold secrets. */
    private static String target(TokenError at) {
        return at.response()
                .header("Location")
                .flatMap(CommonRules::hostAndPath)
                .map(target -> "it redirects to " + target + ", which is not followed")
                .orElse("it redirects, which is not followed");
    }

    /** Leaves out a path that has escapes or is long, because it may hold a secret. */
    private static Optional<String> hostAndPath(String location) {
        try {
            URI target = new URI(location);
            String host = target.getHost() == null ? "" : target.getHost();
            String path = target.getRawPath() == null ? "" : target.getRawPath();
            String text = path.contains("%") || path.length() > MAX_PATH_LENGTH ? host : host + path;
            return text.isEmpty() ? Optional.empty() : Optional.of(text);
        } catch (URISyntaxException e) {
            return Optional.empty(); // not an address
        }
    }
}
