package dev.evertoken.providers.internal.x;

import static dev.evertoken.providers.internal.oauth2.TokenRule.mentions;
import static dev.evertoken.providers.internal.oauth2.TokenRule.status;

import dev.evertoken.providers.internal.oauth2.TokenError;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The conditions of the rules for X: {@code application/problem+json}, whose {@code type} is compared by its last
 * segment, since host and path vary, and the numbered {@code errors} of version 1.1. Stateless. Thread-safe.
 */
public final class XProblems {

    private static final Set<String> NOT_ENROLLED = Set.of("client-not-enrolled", "user-not-enrolled");

    private XProblems() {}

    static Predicate<TokenError> type(String lastSegment) {
        return at -> at.body()
                .text("type")
                .filter(type -> type.substring(Math.max(type.lastIndexOf('/'), type.lastIndexOf('#')) + 1)
                        .equals(lastSegment))
                .isPresent();
    }

    public static Predicate<TokenError> number(String... numbers) {
        Set<String> any = Set.of(numbers);
        return at -> at.errorNumber().filter(any::contains).isPresent();
    }

    static Predicate<TokenError> isRateLimited() {
        return status(429).or(number("88"));
    }

    /** Matches a cap of the day or the month, of the application or the user; windows are far shorter. */
    static Predicate<TokenError> isCapReached() {
        return type("usage-capped")
                .or(title("UsageCapExceeded"))
                .or(number("185"))
                .or(isRateLimited().and(XLimits::isDayUsedUp));
    }

    /** Matches a call beyond the spending cap that the owner of the application has set for a billing cycle. */
    static Predicate<TokenError> isSpendCapReached() {
        return title("SpendCapReached");
    }

    /** Matches a call without credits; since 2026, calls are paid for in advance. */
    static Predicate<TokenError> isOutOfCredits() {
        return status(402).or(title("CreditsDepleted")).or(type("credits"));
    }

    /** Matches a suspended application, by problem type or number. */
    static Predicate<TokenError> isAppSuspended() {
        return type("app-suspended").or(number("416"));
    }

    /** Matches the suspension of the account whose token was sent, by problem type or number. */
    static Predicate<TokenError> isUserSuspended() {
        return type("user-suspended").or(number("64"));
    }

    /** Matches a refused signature, which older endpoints report as text. */
    static Predicate<TokenError> isSignatureRefused() {
        return number("32").or(mentions("Failed to validate oauth signature"));
    }

    /** Matches the 401 of version 2, which is the same for an invalid token and for a wrong signature. */
    static Predicate<TokenError> isWithoutReason() {
        return status(401).and(title("Unauthorized"));
    }

    private static Predicate<TokenError> title(String text) {
        return at -> at.body().text("title").filter(text::equals).isPresent();
    }

    static Predicate<TokenError> isNotEnrolled() {
        return type("client-forbidden")
                .or(at ->
                        at.body().text("reason").filter(NOT_ENROLLED::contains).isPresent());
    }
}
