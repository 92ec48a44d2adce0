package dev.evertoken.providers.internal.meta;

import static dev.evertoken.providers.internal.meta.GraphError.code;
import static dev.evertoken.providers.internal.meta.GraphError.codeWithin;
import static dev.evertoken.providers.internal.meta.GraphError.says;
import static dev.evertoken.providers.internal.meta.GraphError.type;
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
 * What Instagram's token endpoints say: what Facebook's do, flat refusals of the exchange that have no code of their
 * own, codes below zero, and "unsupported request" for a token of another kind. Immutable.
 */
final class InstagramDialect {

    /** A token is not refreshed before it is so old. */
    static final Duration EARLIEST = Duration.ofDays(1);

    private static final List<TokenRule> OWN = List.of(
            rule(codeWithin(-99, -1), Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE),
            // the application
            rule(says("Invalid platform app"), Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED)
                    .note("it takes the Instagram app id and secret, not those of the Meta app"),
            rule(says("Invalid Client Secret"), Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED),
            rule(says("Insufficient developer role"), Kind.ACCOUNT_UNUSABLE, Problem.REQUEST_REJECTED)
                    .note("the app is not live and the account is none of its testers"),
            // the code
            rule(says("Matching code was not found"), Kind.GRANT_DEAD, Problem.GRANT_DEAD),
            // the account
            rule(says("is not an Instagram Business"), Kind.ACCOUNT_UNUSABLE, Problem.ACCOUNT_UNUSABLE)
                    .note("only professional accounts can be used"),
            // the grant
            rule(type("OAuthAccessTokenException"), Kind.GRANT_DEAD, Problem.GRANT_DEAD),
            rule(asked(EndpointKind.EXCHANGE).and(isOfAnotherKind()), Kind.UNKNOWN, Problem.REQUEST_REJECTED)
                    .note("the token is of another kind than this endpoint takes"),
            rule(
                            asked(EndpointKind.REFRESH)
                                    .and(InstagramDialect::isYoung)
                                    .and(code(100)),
                            Kind.NOT_YET,
                            Problem.NOT_YET)
                    .note("the token is not 24 hours old")
                    .until(InstagramDialect::oldEnough),
            rule(isOfAnotherKind(), Kind.GRANT_DEAD, Problem.GRANT_DEAD)
                    .note("the token is of another kind, or the account may not be used any more"));

    static final RuleTokenDialect DIALECT =
            FacebookDialect.DIALECT.after(OWN).after(FacebookDialect.PASSING).withForms(false);

    private InstagramDialect() {}

    /** It says "Unsupported request - method type: get", which is not about the method. */
    static Predicate<TokenError> isOfAnotherKind() {
        return code(100).and(type("IGApiException")).and(says("Unsupported request"));
    }

    private static boolean isYoung(TokenError at) {
        return at.context().age().compareTo(EARLIEST) < 0;
    }

    private static Optional<Instant> oldEnough(TokenError at) {
        return Optional.of(at.response().at().plus(EARLIEST.minus(at.context().age())));
    }
}
