package dev.evertoken.spi.provider;

import java.util.Optional;

/**
 * An authorization server and the operations that it supports; found by {@link java.util.ServiceLoader} under
 * {@link #id()}, or passed to the builder, which takes precedence.
 *
 * <p>A provider consists of data and stateless rules: it has no knowledge of clients or accounts. Implementations found
 * by the service loader have a public constructor without parameters. They are all created at each start to find one by
 * its id, so the constructor leaves what takes time to the methods. Thread-safe.
 */
public interface Provider {

    /** Returns the id by which applications name the provider, in lower case, such as {@code google}. */
    String id();

    /** Returns the provider's data; the same at every call. */
    ProviderProfile profile();

    /** Returns the refresher of its grants. Called once. */
    Refresher refresher();

    /** Returns the dialect that reads error responses of its API; the rules of RFC 6750 unless overridden. */
    default ResourceDialect resourceDialect() {
        return ResourceDialect.rfc6750();
    }

    /** Returns the flow that turns a user's consent into tokens; empty if tokens can only be imported. */
    default Optional<AuthorizationFlow> authorizationFlow() {
        return Optional.empty();
    }

    /** Returns the validator of access tokens; empty if the provider cannot validate them. Called once. */
    default Optional<Validator> validator() {
        return Optional.empty();
    }

    /** Returns the revoker of tokens; empty if the provider cannot revoke them. Called once. */
    default Optional<Revoker> revoker() {
        return Optional.empty();
    }

    /**
     * Returns the client credentials grant, which requests tokens of the application itself; empty if the provider has
     * none. Called once.
     */
    default Optional<ClientCredentialsGrant> clientCredentialsGrant() {
        return Optional.empty();
    }

    /**
     * Returns the signer of requests if the {@code Authorization} header of RFC 6750 is not sufficient; empty if it is.
     * Called once.
     */
    default Optional<RequestSigner> requestSigner() {
        return Optional.empty();
    }

    /**
     * Returns the lookup of account data that a token response leaves out; empty if it leaves out nothing. Called once.
     */
    default Optional<UserLookup> userLookup() {
        return Optional.empty();
    }

    /**
     * Returns the derivation of tokens of further accounts from an account's token; empty if there is none. Called
     * once.
     */
    default Optional<Derivation> derivation() {
        return Optional.empty();
    }
}
