package dev.evertoken.testing;

import dev.evertoken.model.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Keeps what a mock provider saw and did, in order: every token request, every token issued or presented,
 * every answer, every grant that died.
 *
 * <p>Entries name accounts and generations, never tokens. A generation is counted from 1 at consent. A token
 * that the provider does not know counts for the account {@value #UNKNOWN}. Thread-safe.
 */
public final class Ledger {

    /** The account of tokens and codes that this provider never issued. */
    public static final String UNKNOWN = "?";

    /** The account of tokens that the application gets for itself. */
    public static final String APPLICATION = "the application";

    /** What happened. */
    public enum Kind {
        /** A request came to the token endpoint, of whatever kind and outcome. */
        TOKEN_REQUEST,
        /** A refresh token was presented; generation is the one it belongs to. */
        PRESENTED,
        /** New tokens were issued; generation is the new one. */
        ISSUED,
        /** The provider acted and handed back tokens that it had issued before. */
        RETURNED_AGAIN,
        /** The token endpoint answered; detail is {@code refused}, {@code tokens} or {@code scripted}. */
        RESPONDED,
        /** A grant died because a spent refresh token was presented again. */
        FAMILY_REVOKED,
        /** A grant died because somebody asked for it. */
        REVOKED,
        /** The API was called with a token of the account; detail is {@code accepted} or {@code rejected}. */
        API_REQUEST
    }

    /**
     * One line. Immutable.
     *
     * @param account whose, or {@link #UNKNOWN}
     * @param generation 0 where none is meant
     * @param at by the provider's clock
     * @param detail a word; empty for most kinds
     */
    public record Entry(Kind kind, String account, long generation, Instant at, String detail) {}

    private final List<Entry> entries = new CopyOnWriteArrayList<>();
    private final MockGrants grants;

    Ledger(MockGrants grants) {
        this.grants = grants;
    }

    /** Returns everything so far, in order; a copy. */
    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** Returns how many requests came to the token endpoint. */
    public int tokenRequests() {
        return count(Kind.TOKEN_REQUEST, Optional.empty());
    }

    /** Returns how many requests with a token or code of an account came to the token endpoint. */
    public int tokenRequests(String account) {
        return count(Kind.TOKEN_REQUEST, Optional.of(account));
    }

    /** Returns how many requests with a token of an account came to the API. */
    public int apiRequests(String account) {
        return count(Kind.API_REQUEST, Optional.of(account));
    }

    /** Returns how many generations were issued to an account, those of its consents included. */
    public int issued(String account) {
        return count(Kind.ISSUED, Optional.of(account));
    }

    /** Returns how often refresh tokens of one generation of an account were presented. */
    public int presented(String account, long generation) {
        return (int) entries.stream()
                .filter(one ->
                        one.kind() == Kind.PRESENTED && one.account().equals(account) && one.generation() == generation)
                .count();
    }

    /** Returns the accounts whose grant died by reuse of a refresh token, once for each grant, in order. */
    public List<String> familiesRevoked() {
        return entries.stream()
                .filter(one -> one.kind() == Kind.FAMILY_REVOKED)
                .map(Entry::account)
                .toList();
    }

    /**
     * Tells whether the provider would give tokens for this refresh token now; asking spends nothing.
     *
     * <p>An account whose stored refresh token is not alive is lost.
     */
    public boolean isValid(Secret refreshToken) {
        return grants.isAlive(refreshToken.reveal());
    }

    /** Tells whether the API accepts this access token now. */
    public boolean isAccepted(Secret accessToken) {
        return grants.holder(accessToken.reveal()).isPresent();
    }

    /** Returns the generation that a refresh token was issued in, empty if the provider never issued it. */
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
