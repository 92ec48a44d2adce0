package dev.evertoken.spi.provider;

import java.util.Optional;

/**
 * An authorization server and what it lets us do; found by {@link java.util.ServiceLoader} under {@link #id()},
 * or handed to the builder, which always wins.
 *
 * <p>A provider is data and stateless rules: it knows neither clients nor accounts. Implementations found
 * by the loader have a public constructor without arguments. Thread-safe.
 */
public interface Provider {

    /** Returns the id under which applications name it: lower case, as {@code google}. */
    String id();

    /** Returns what is known of it as data; the same at every call. */
    ProviderProfile profile();

    /** Returns who refreshes its grants; asked once. */
    Refresher refresher();

    /** Returns how its API's refusals are read; the rules of RFC 6750 unless overridden. */
    default ResourceDialect resourceDialect() {
        return ResourceDialect.rfc6750();
    }

    /** Returns how a person's consent becomes tokens; empty if tokens can only be imported. Asked once. */
    default Optional<AuthorizationFlow> authorizationFlow() {
        return Optional.empty();
    }

    /** Returns who asks it whether a token works; empty if it has no way to tell. Asked once. */
    default Optional<Validator> validator() {
        return Optional.empty();
    }

    /** Returns who has it revoke tokens; empty if it cannot. Asked once. */
    default Optional<Revoker> revoker() {
        return Optional.empty();
    }

    /** Returns who gets tokens of the application itself; empty if there are none. Asked once. */
    default Optional<ClientCredentialsGrant> clientCredentialsGrant() {
        return Optional.empty();
    }

    /**
     * Returns who puts tokens on requests where the {@code Authorization} header of RFC 6750 is not enough; empty if it
     * is. Asked once.
     */
    default Optional<RequestSigner> requestSigner() {
        return Optional.empty();
    }

    /** Returns who looks up what the answer with tokens leaves out; empty if it leaves out nothing. Asked once. */
    default Optional<UserLookup> userLookup() {
        return Optional.empty();
    }

    /** Returns who derives tokens of further accounts from an account's own; empty if there are none. Asked once. */
    default Optional<Derivation> derivation() {
        return Optional.empty();
    }
}
