package dev.evertoken.providers.internal.google;

import static dev.evertoken.providers.internal.oauth2.ResourceRule.challenge;
import static dev.evertoken.providers.internal.oauth2.ResourceRule.pass;
import static dev.evertoken.providers.internal.oauth2.ResourceRule.reason;
import static dev.evertoken.providers.internal.oauth2.ResourceRule.refresh;
import static dev.evertoken.providers.internal.oauth2.TokenRule.mentions;
import static dev.evertoken.providers.internal.oauth2.TokenRule.status;
import static dev.evertoken.providers.internal.oauth2.TokenRule.statusIn;

import dev.evertoken.model.Problem;
import dev.evertoken.providers.internal.oauth2.ResourceRule;
import dev.evertoken.providers.internal.oauth2.RuleResourceDialect;
import dev.evertoken.providers.internal.oauth2.TokenError;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The refusals of Google's APIs, YouTube included. Only a 401 that is about the token leads to a refresh, never a 403.
 * Immutable.
 */
public final class GoogleResourceDialect {

    static final List<ResourceRule> RULES = List.of(
            // the token is valid, but the account cannot be used
            pass(reason("youtubeSignupRequired"), Problem.ACCOUNT_UNUSABLE, YouTubeChannel.NONE),
            pass(
                    reason(
                            "authenticatedUserAccountClosed",
                            "authenticatedUserAccountSuspended",
                            "channelClosed",
                            "channelSuspended"),
                    Problem.ACCOUNT_UNUSABLE,
                    "the account or channel is closed or suspended"),
            pass(
                    reason("authenticatedUserNotChannel", "channelNotFound"),
                    Problem.WRONG_ACCOUNT,
                    "the account does not resolve to a channel"),
            pass(
                    status(400).and(mentions("Mail service not enabled")),
                    Problem.ACCOUNT_UNUSABLE,
                    "the account has no mailbox"),
            pass(
                    status(403).and(reason("youtube.thumbnail")).and(reason("forbidden")),
                    Problem.ACCOUNT_UNUSABLE,
                    "the channel may not set custom thumbnails until its owner has verified it"),
            pass(reason("domainPolicy"), Problem.ADMIN_BLOCKED, "the domain's administrator has disabled the API"),
            // the token did not arrive
            pass(
                    status(401).and(arrivedWithoutToken()),
                    Problem.API_REJECTS_TOKEN,
                    "the request arrived without a token, which may have been removed on the way"),
            // the grant is too narrow
            pass(
                    challenge("insufficient_scope")
                            .or(reason("ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientPermissions"))
                            .or(status(403).and(mentions("insufficient authentication scopes"))),
                    Problem.SCOPE_MISSING,
                    "insufficient scope"),
            refresh(status(401)),
            // the project
            pass(
                    reason("accessNotConfigured", "SERVICE_DISABLED"),
                    Problem.API_REJECTS_TOKEN,
                    "the API is not enabled for the project"),
            pass(
                    reason("CONSUMER_SUSPENDED"),
                    Problem.APP_BLOCKED,
                    "Google has suspended the project; its users' grants are still valid"),
            pass(
                    reason("accountDelegationForbidden"),
                    Problem.API_REJECTS_TOKEN,
                    "the user may not act for this account"),
            pass(
                            reason("dailyLimitExceeded")
                                    .or(reason("quotaExceeded").and(mentions("youtube"))),
                            Problem.QUOTA_EXCEEDED,
                            "the daily quota is used up")
                    .until(GoogleLimits::nextQuotaDay),
            pass(reason("quotaExceeded"), Problem.QUOTA_EXCEEDED, "quota exceeded")
                    .until(GoogleLimits::opensAt),
            pass(
                            reason("uploadLimitExceeded"),
                            Problem.QUOTA_EXCEEDED,
                            "the channel has reached its daily limit of uploads")
                    .until(at -> Optional.of(at.response().at().plus(Duration.ofDays(1)))),
            pass(status(429).or(isRateLimitReason()), Problem.RATE_LIMITED, "rate limit")
                    .until(GoogleLimits::opensAt),
            pass(statusIn(code -> code >= 500), Problem.PROVIDER_UNAVAILABLE, "a transient failure")
                    .until(GoogleLimits::opensAt));

    public static final RuleResourceDialect DIALECT = new RuleResourceDialect(RULES);

    private GoogleResourceDialect() {}

    private static Predicate<TokenError> arrivedWithoutToken() {
        return reason("CREDENTIALS_MISSING", "required", "authorizationRequired")
                .or(mentions("Request is missing required authentication credential"))
                .or(mentions("Login Required"));
    }

    /** Matches the reasons of all rate limits, such as {@code userRateLimitExceeded}. */
    private static Predicate<TokenError> isRateLimitReason() {
        return mentions("RateLimitExceeded\"");
    }
}
