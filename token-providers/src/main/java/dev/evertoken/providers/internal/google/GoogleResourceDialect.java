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
 * How Google's APIs refuse, YouTube's included. Only a 401 that is about the token has it refreshed, never a 403.
 * Immutable.
 */
public final class GoogleResourceDialect {

    private static final ZoneId QUOTA_ZONE = ZoneId.of("America/Los_Angeles");
    private static final Pattern GMAIL_PAUSE =
            Pattern.compile("Retry after (\\d{4}-\\d\\d-\\d\\dT[0-9:.]{5,20}(?:Z|[+-]\\d\\d:\\d\\d))");

    static final List<ResourceRule> RULES = List.of(
            // the token is fine, the account is not
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
            pass(reason("domainPolicy"), Problem.ADMIN_BLOCKED, "the domain's administrator has it switched off"),
            // the token never arrived
            pass(
                    status(401).and(arrivedWithoutToken()),
                    Problem.API_REJECTS_TOKEN,
                    "the request arrived without a token; something on the way drops it"),
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
                    "acting for an account without the right to"),
            pass(
                            reason("dailyLimitExceeded")
                                    .or(reason("quotaExceeded").and(mentions("youtube"))),
                            Problem.QUOTA_EXCEEDED,
                            "the day's quota is used up")
                    .until(at -> Optional.of(nextQuotaDay(at.response().at()))),
            pass(reason("quotaExceeded"), Problem.QUOTA_EXCEEDED, "quota exceeded"),
            pass(reason("uploadLimitExceeded"), Problem.QUOTA_EXCEEDED, "the channel's uploads of the day are used up")
                    .until(at -> Optional.of(at.response().at().plus(Duration.ofDays(1)))),
            pass(
                            status(429)
                                    .or(reason(
                                            "rateLimitExceeded", "userRateLimitExceeded", "uploadRateLimitExceeded")),
                            Problem.RATE_LIMITED,
                            "rate limit")
                    .until(at -> RetryAfter.of(at.response()).or(() -> gmailPause(at))),
            pass(statusIn(code -> code >= 500), Problem.PROVIDER_UNAVAILABLE, "a failure that passes"));

    public static final RuleResourceDialect DIALECT = new RuleResourceDialect(RULES);

    private GoogleResourceDialect() {}

    private static Predicate<TokenError> arrivedWithoutToken() {
        return reason("CREDENTIALS_MISSING", "required", "authorizationRequired")
                .or(mentions("Request is missing required authentication credential"))
                .or(mentions("Login Required"));
    }

    /** Quotas start afresh at midnight in California. */
    static Instant nextQuotaDay(Instant now) {
        return now.atZone(QUOTA_ZONE)
                .toLocalDate()
                .plusDays(1)
                .atStartOfDay(QUOTA_ZONE)
                .toInstant();
    }

    /** Gmail writes the moment into its message. */
    private static Optional<Instant> gmailPause(TokenError at) {
        Matcher matcher = GMAIL_PAUSE.matcher(at.response().body());
        if (!matcher.find()) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(matcher.group(1)).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty(); // no date after all
        }
    }
}
