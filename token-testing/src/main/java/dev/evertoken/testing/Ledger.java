package dev.evertoken.testing;

import dev.evertoken.model.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Records the requests and actions of a mock provider in order: every token request, every token issued or presented,
 * every response, every revoked grant.
 *
 * <p>Entries contain accounts and generations, never tokens. Generations are counted from 1 at consent. A token that
 * the provider does not know is recorded under the account {@value #UNKNOWN}. Thread-safe.
 */
public final class Ledger {

    /** The account of tokens and codes that this provider did not issue. */
    public static final String UNKNOWN = "?";

    /** The account of client credentials tokens. */
    public static final String APPLICATION = "the application";

    /** The kinds of entries. */
    public enum Kind {
        /** The token endpoint received a request, of any kind and outcome. */
        TOKEN_REQUEST,
        /** A refresh token was presented; the generation is that of the token. */
        PRESENTED,
        /** New tokens were issued; the generation is the new one. */
        ISSUED,
        /** The provider processed the request and returned tokens that it had issued before. */
        RETURNED_AGAIN,
        /** The token endpoint responded; the detail is {@code refused}, {@code tokens} or {@code scripted}. */
        RESPONDED,
        /** A grant was revoked because a used refresh token was presented again. */
        FAMILY_REVOKED,
        /** A grant was revoked on request. */
        REVOKED,
        /** The API was called with a token of the account; the detail is {@code accepted} or {@code rejected}. */
        API_REQUEST,
        /** The validity of an access token of the account was requested, by introspection or its equivalent. */
        VALIDATION
    }

    /**
     * One entry. Immutable.
     *
     * @param account the account, or {@link #UNKNOWN}
     * @param generation 0 if the entry has no generation
     * @param at the time on the provider's clock
     * @param detail a keyword; empty for most kinds
     */
    public record Entry(Kind kind, String account, long generation, Instant at, String detail) {}

    private final List<Entry> entries = new CopyOnWriteArrayList<>();
    private final MockGrants grants;

    Ledger(MockGrants grants) {
        this.grants = grants;
    }

    /** Returns a copy of all entries, in order. */
    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** Returns the number of requests to the token endpoint. */
    public int tokenRequests() {
        return count(Kind.TOKEN_REQUEST, Optional.empty());
    }

    /** Returns the number of requests to the token endpoint with a token or code of an account. */
    public int tokenRequests(String account) {
        return count(Kind.TOKEN_REQUEST, Optional.of(account));
    }

    /** Returns the number of API requests with a token of an account. */
    public int apiRequests(String account) {
        return count(Kind.API_REQUEST, Optional.of(account));
    }

    /** Returns how often the validity of an account's tokens was requested. */
    public int validations(String account) {
        return count(Kind.VALIDATION, Optional.of(account));
    }

    /** Returns the number of generations that were issued to an account, including those of its consents. */
    public int issued(String account) {
        return count(Kind.ISSUED, Optional.of(account));
    }

    /** Returns how many times refresh tokens of one generation of an account were presented. */
    public int presented(String account, long generation) {
        return (int) entries.stream()
                .filter(one ->
                        one.kind() == Kind.PRESENTED && one.account().equals(account) && one.generation() == generation)
                .count();
    }

    /**
     * Returns the accounts whose grant was revoked because a refresh token was reused, once for each grant, in order.
     */
    public List<String> familiesRevoked() {
        return entries.stream()
                .filter(one -> one.kind() == Kind.FAMILY_REVOKED)
                .map(Entry::account)
                .toList();
    }

    /**
     * Returns whether the provider would issue tokens for this refresh token now, without using it.
     *
     * <p>An account is lost if its stored refresh token is not valid.
     */
    public boolean isValid(Secret refreshToken) {
        return grants.isValid(refreshToken.reveal());
    }

    /** Returns whether the API accepts this access token now. */
    public boolean isAccepted(Secret accessToken) {
        return grants.holder(accessToken.reveal()).isPresent();
    }

    /** Returns the generation in which a refresh token was issued; empty if the provider did not issue it. */
    public Optional<Long> generation(Secret refreshToken) {
        return grants.presented(refreshToken.reveal()).map(MockGrants.Presented::generation);
    }

    void add(Kind kind, String account, long generation, String detail) {
        entries.add(new Entry(kind, account, generation, grants.now(), detail));
    }

    private int count(Kind kind, Optional<String> account) {
        return (int) entries.stream()
                .filter(one -> one.kind() == kind)
                .filter(one -> account.map(one.account()::equals).orElse(true))
                .count();
    }

    @Override
    public String toString() {
        return "Ledger[" + entries.size() + " entries]";
    }
}
