package dev.evertoken.providers.internal.meta;

import static dev.evertoken.providers.internal.oauth2.GraphError.code;
import static dev.evertoken.providers.internal.oauth2.GraphError.codeWithin;
import static dev.evertoken.providers.internal.oauth2.GraphError.says;
import static dev.evertoken.providers.internal.oauth2.GraphError.type;
import static dev.evertoken.providers.internal.oauth2.TokenRule.asked;
import static dev.evertoken.providers.internal.oauth2.TokenRule.rule;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.providers.internal.oauth2.RuleTokenDialect;
import dev.evertoken.providers.internal.oauth2.TokenError;
import dev.evertoken.providers.internal.oauth2.TokenRule;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The refusals of Instagram's token endpoints: those of Facebook, flat refusals of the exchange without a code of their
 * own, negative codes, and "unsupported request" for a token of another kind. Immutable.
 */
final class InstagramDialect {

    /** The minimum age of a token for a refresh. */
    static final Duration EARLIEST = Duration.ofDays(1);

    private static final List<TokenRule> OWN = List.of(
            rule(codeWithin(-99, -1), Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE),
            // the application
            rule(says("Invalid platform app"), Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED)
                    .note("use the Instagram app id and secret, not those of the Meta app"),
            rule(says("Invalid Client Secret"), Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED),
            rule(says("Insufficient developer role"), Kind.ACCOUNT_UNUSABLE, Problem.REQUEST_REJECTED)
                    .note("the app is not live and the account is not one of its testers"),
            // the code
            rule(says("Matching code was not found"), Kind.GRANT_DEAD, Problem.GRANT_DEAD),
            // the account
            rule(says("is not an Instagram Business"), Kind.ACCOUNT_UNUSABLE, Problem.ACCOUNT_UNUSABLE)
                    .note("only professional accounts can be used"),
            // the grant
            rule(type("OAuthAccessTokenException"), Kind.GRANT_DEAD, Problem.GRANT_DEAD),
            rule(asked(EndpointKind.EXCHANGE).and(isOfAnotherKind()), Kind.UNKNOWN, Problem.REQUEST_REJECTED)
                    .note("the endpoint does not accept this kind of token"),
            rule(
                            asked(EndpointKind.REFRESH)
                                    .and(InstagramDialect::isTooYoung)
                                    .and(code(100)),
                            Kind.NOT_YET,
                            Problem.NOT_YET)
                    .note("the token is not 24 hours old")
                    .until(InstagramDialect::earliestRefresh),
            rule(isOfAnotherKind(), Kind.GRANT_DEAD, Problem.GRANT_DEAD)
                    .note("the token is of another kind, or the account can no longer be used"));

    static final RuleTokenDialect DIALECT =
            FacebookDialect.DIALECT.after(OWN).after(FacebookDialect.TRANSIENT).withForms(false);

    private InstagramDialect() {}

    /** Matches "Unsupported request - method type: get", which is not about the method. */
    static Predicate<TokenError> isOfAnotherKind() {
        return code(100).and(type("IGApiException")).and(says("Unsupported request"));
    }

    private static boolean isTooYoung(TokenError at) {
        return at.context().age().compareTo(EARLIEST) < 0;
    }

    private static Optional<Instant> earliestRefresh(TokenError at) {
        return Optional.of(at.response().at().plus(EARLIEST.minus(at.context().age())));
    }
}
