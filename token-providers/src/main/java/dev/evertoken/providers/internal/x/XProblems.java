package dev.evertoken.providers.internal.x;

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

    /** Matches a call without credits; since 2026, calls are paid for in advance. */
    static Predicate<TokenError> isOutOfCredits() {
        return status(402)
                .or(at -> at.body()
                        .text("title")
                        .filter("CreditsDepleted"::equals)
                        .isPresent());
    }

    static Predicate<TokenError> isNotEnrolled() {
        return type("client-forbidden")
                .or(at ->
                        at.body().text("reason").filter(NOT_ENROLLED::contains).isPresent());
    }
}
