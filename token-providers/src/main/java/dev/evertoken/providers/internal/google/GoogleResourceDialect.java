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
import dev.evertoken.providers.internal.oauth2.RetryAfter;
import dev.evertoken.providers.internal.oauth2.RuleResourceDialect;
import dev.evertoken.providers.internal.oauth2.TokenError;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The refusals of Google's APIs, YouTube included. Only a 401 that is about the token leads to a refresh, never a 403.
 * Immutable.
 */
public final class GoogleResourceDialect {

    private static final ZoneId QUOTA_ZONE = ZoneId.of("America/Los_Angeles");
    private static final Pattern GMAIL_PAUSE =
            Pattern.compile("Retry after (\\d{4}-\\d\\d-\\d\\dT[0-9:.]{5,20}(?:Z|[+-]\\d\\d:\\d\\d))");

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
                    status(400).and(mentions("Mail service not enabled").or(mentions("Precondition check failed."))),
                    Problem.ACCOUNT_UNUSABLE,
                    "the account has no mailbox"),
            pass(reason("domainPolicy"), Problem.ADMIN_BLOCKED, "the domain's administrator has disabled the API"),
            // the token did not arrive
            pass(
                    status(401).and(arrivedWithoutToken()),
                    Problem.API_REJECTS_TOKEN,
                    "the request arrived without a token, which may have been removed on the way"),
            // the grant is too narrow
            pass(
                    challenge("insufficient_scope")
                            .or(reason("ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientPermissions")),
                    Problem.SCOPE_MISSING,
                    "insufficient scope"),
            refresh(status(401)),
            // the project
            pass(
                    reason("accessNotConfigured", "SERVICE_DISABLED"),
                    Problem.API_REJECTS_TOKEN,
                    "the API is not enabled for the project"),
            pass(
                    reason("accountDelegationForbidden"),
                    Problem.API_REJECTS_TOKEN,
                    "the user may not act for this account"),
            pass(
                            reason("dailyLimitExceeded")
                                    .or(reason("quotaExceeded").and(mentions("youtube"))),
                            Problem.QUOTA_EXCEEDED,
                            "the daily quota is used up")
                    .until(at -> Optional.of(nextQuotaDay(at.response().at()))),
            pass(reason("quotaExceeded"), Problem.QUOTA_EXCEEDED, "quota exceeded"),
            pass(
                            reason("uploadLimitExceeded"),
                            Problem.QUOTA_EXCEEDED,
                            "the channel has reached its daily limit of uploads")
                    .until(at -> Optional.of(at.response().at().plus(Duration.ofDays(1)))),
            pass(
                            status(429)
                                    .or(reason(
                                            "rateLimitExceeded", "userRateLimitExceeded", "uploadRateLimitExceeded")),
                            Problem.RATE_LIMITED,
                            "rate limit")
                    .until(at -> RetryAfter.of(at.response()).or(() -> gmailPause(at))),
            pass(statusIn(code -> code >= 500), Problem.PROVIDER_UNAVAILABLE, "a transient failure"));

    public static final RuleResourceDialect DIALECT = new RuleResourceDialect(RULES);

    private GoogleResourceDialect() {}

    private static Predicate<TokenError> arrivedWithoutToken() {
        return reason("CREDENTIALS_MISSING", "required", "authorizationRequired")
                .or(mentions("Request is missing required authentication credential"))
                .or(mentions("Login Required"));
    }

    /** Returns the next midnight in California, when quotas are reset. */
    static Instant nextQuotaDay(Instant now) {
        return now.atZone(QUOTA_ZONE)
                .toLocalDate()
                .plusDays(1)
                .atStartOfDay(QUOTA_ZONE)
                .toInstant();
    }

    /** Returns the time that Gmail includes in its message. */
    private static Optional<Instant> gmailPause(TokenError at) {
        Matcher matcher = GMAIL_PAUSE.matcher(at.response().body());
        if (!matcher.find()) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(matcher.group(1)).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty(); // not a date
        }
    }
}
