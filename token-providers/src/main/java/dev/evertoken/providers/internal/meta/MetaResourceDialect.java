package dev.evertoken.providers.internal.meta;

import static dev.evertoken.providers.internal.oauth2.GraphError.code;
import static dev.evertoken.providers.internal.oauth2.GraphError.codeWithin;
import static dev.evertoken.providers.internal.oauth2.GraphError.says;
import static dev.evertoken.providers.internal.oauth2.GraphError.subcode;
import static dev.evertoken.providers.internal.oauth2.GraphError.type;
import static dev.evertoken.providers.internal.oauth2.ResourceRule.adopt;
import static dev.evertoken.providers.internal.oauth2.ResourceRule.ignore;
import static dev.evertoken.providers.internal.oauth2.ResourceRule.pass;
import static dev.evertoken.providers.internal.oauth2.ResourceRule.rederive;
import static dev.evertoken.providers.internal.oauth2.TokenRule.status;

import dev.evertoken.model.Problem;
import dev.evertoken.providers.internal.oauth2.GraphError;
import dev.evertoken.providers.internal.oauth2.ResponseBody;
import dev.evertoken.providers.internal.oauth2.RuleResourceDialect;
import dev.evertoken.providers.internal.oauth2.TokenError;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.DialectContext.TokenOf;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.ResourceDialect;
import dev.evertoken.spi.provider.ResourceVerdict;
import java.time.Duration;
import java.util.List;

/**
 * The refusals of the Graph APIs of Facebook and Instagram. An invalid user token cannot be refreshed, since that
 * requires a valid one: a newer token is used if the store has one, otherwise the user has to reconnect. An invalid
 * page token is derived again. Immutable.
 */
final class MetaResourceDialect implements ResourceDialect {

    private static final Duration JUST_CONNECTED = Duration.ofHours(1);

    private static final RuleResourceDialect RULES = new RuleResourceDialect(List.of(
            pass(GraphError.isTransientError(), Problem.PROVIDER_UNAVAILABLE, "a transient failure"),
            // limits
            pass(
                            code(9).and(subcode(2207042)),
                            Problem.QUOTA_EXCEEDED,
                            "the account has reached its daily limit of posts")
                    .until(MetaLimits::inADay),
            pass(code(4).and(subcode(2207051)), Problem.RATE_LIMITED, "the action was classified as spam")
                    .until(MetaLimits::inSomeHours),
            pass(
                            status(429).or(code(4, 9, 17, 32, 341, 613)).or(codeWithin(80_000, 80_014)),
                            Problem.RATE_LIMITED,
                            "rate limit")
                    .until(MetaLimits::opensAt),
            // the application
            pass(
                    code(101).or(says("Error validating client secret", "Application has been deleted")),
                    Problem.CLIENT_REJECTED,
                    "the app is unknown"),
            pass(says("appsecret_proof"), Problem.CLIENT_REJECTED, "the proof of the app secret is wrong or missing"),
            pass(says("API access deactivated"), Problem.APP_INACTIVE, "the app's API access is deactivated"),
            pass(
                    says("API access blocked"),
                    Problem.APP_BLOCKED,
                    "the app is restricted; its users' grants are still valid"),
            pass(
                    GraphRefusals.isFromUnlistedAddress(),
                    Problem.CLIENT_REJECTED,
                    "the app's settings do not allow this server's IP address"),
            pass(code(12, 2635), Problem.ENDPOINT_MOVED, "the Graph version is no longer available"),
            pass(
                    GraphRefusals.needsApproval(),
                    Problem.API_REJECTS_TOKEN,
                    "the app needs Meta's approval or a higher access level for this call; reconnecting does not help"),
            // the kind of token
            pass(
                    GraphRefusals.needsAnotherToken(),
                    Problem.API_REJECTS_TOKEN,
                    "the call requires another kind of token, or arrived without a readable one; the token is valid"),
            // the account
            pass(
                    code(190, 102).and(subcode(459, 490)),
                    Problem.ACCOUNT_UNUSABLE,
                    "a checkpoint: the user has to log in at www.facebook.com and follow the instructions"),
            pass(code(190, 102).and(subcode(464)), Problem.ACCOUNT_UNUSABLE, "the user has to confirm the account"),
            rederive(
                    GraphRefusals.lacksPageRole().and(MetaResourceDialect::isOfAPage),
                    Problem.ACCOUNT_UNUSABLE,
                    "the user's role on the page or the page's two-factor rule does not allow it"),
            pass(
                    GraphRefusals.lacksPageRole(),
                    Problem.ACCOUNT_UNUSABLE,
                    "the user's role on the page or the page's two-factor rule does not allow it"),
            pass(code(25), Problem.ACCOUNT_UNUSABLE, "the account is restricted; the user can appeal in the app"),
            pass(
                    says("is not an Instagram Business"),
                    Problem.ACCOUNT_UNUSABLE,
                    "only professional accounts can be used"),
            pass(
                    code(368).and(subcode(1404006, 1404078, 4854002)),
                    Problem.ACCOUNT_UNUSABLE,
                    "blocked until the user has followed Facebook's instructions"),
            pass(code(368), Problem.RATE_LIMITED, "blocked for some hours").until(MetaLimits::inSomeHours),
            // the token
            rederive(
                    code(190, 102).and(MetaResourceDialect::isOfAPage),
                    Problem.GRANT_DEAD,
                    "the page's token is invalid"),
            adopt(
                    code(190, 102, 412).or(type("OAuthAccessTokenException")),
                    Problem.GRANT_DEAD,
                    "the token is invalid, and an invalid token cannot be refreshed"),
            pass(
                    code(104, 2500).and(says("access token")),
                    Problem.API_REJECTS_TOKEN,
                    "the request arrived without a token, which may have been removed on the way"),
            pass(
                    InstagramDialect.isOfAnotherKind().and(MetaResourceDialect::isJustConnected),
                    Problem.API_REJECTS_TOKEN,
                    "the API does not accept this kind of token"),
            adopt(
                    InstagramDialect.isOfAnotherKind(),
                    Problem.GRANT_DEAD,
                    "the token is of another kind, or the account can no longer be used"),
            // permissions and requests
            ignore(GraphRefusals.isOutsideMessagingWindow().or(GraphRefusals.isSwitchedOff())),
            pass(code(10).or(codeWithin(200, 299)), Problem.SCOPE_MISSING, "a permission is missing"),
            pass(
                    GraphError.isLastingError(),
                    Problem.REQUEST_REJECTED,
                    "the request is refused for good, and a repetition is too"),
            pass(code(1, 2, 1200).or(codeWithin(-99, -1)), Problem.PROVIDER_UNAVAILABLE, "a transient failure"),
            pass(
                    code(3, 104, 194, 2500).or(code(100).and(subcode(33).negate())),
                    Problem.REQUEST_REJECTED,
                    "the request is invalid")));

    static final MetaResourceDialect DIALECT = new MetaResourceDialect();

    private MetaResourceDialect() {}

    /** Also reads status 200, which a batch always has, whether or not its items succeeded. */
    @Override
    public boolean reads(int status) {
        return status >= 400 || status == 200;
    }

    @Override
    public ResourceVerdict judge(DialectContext context, ProviderResponse response) {
        if (response.status() != 200) {
            return RULES.judge(context, response);
        }
        return GraphBatch.refusal(response)
                .map(item -> RULES.judge(context, item))
                .filter(verdict -> verdict.problem().isPresent())
                .orElseGet(ResourceVerdict::pass);
    }

    /** Judges a refusal that is nested in another response. */
    static ResourceVerdict judge(DialectContext context, ProviderResponse response, ResponseBody refusal) {
        return RULES.judge(new TokenError(context, response, refusal));
    }

    private static boolean isOfAPage(TokenError at) {
        return at.context().subject() == TokenOf.PAGE;
    }

    private static boolean isJustConnected(TokenError at) {
        return at.context().age().compareTo(JUST_CONNECTED) < 0;
    }
}
