package dev.evertoken.internal.refresh;

import dev.evertoken.spi.provider.ClientCredentialsGrant;
import dev.evertoken.spi.provider.Derivation;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.Revoker;
import dev.evertoken.spi.provider.UserLookup;
import dev.evertoken.spi.provider.Validator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A provider in this process that answers refreshes as a test says, in this order. Not thread-safe. */
public final class ScriptedProvider implements Provider {

    /** The refreshes that it was asked for. */
    final List<RefreshRequest> requests = new ArrayList<>();

    @Nullable
    public UserLookup userLookup;

    @Nullable
    public Derivation derivation;

    @Nullable
    public Revoker revoker;

    @Nullable
    public Validator validator;

    @Nullable
    ClientCredentialsGrant clientCredentialsTokens;

    private final String id;
    private final ProviderProfile profile;
    private final Deque<Refresher> script = new ArrayDeque<>();

    public ScriptedProvider(String id, ProviderProfile profile) {
        this.id = id;
        this.profile = profile;
    }

    /** Plans what the next refresh ends with, if it is let go. */
    public void responses(TokenOutcome outcome) {
        calls(request -> request.permit().maySend() ? outcome : ProviderCall.TOO_LATE);
    }

    /** Plans what the next refresh does. */
    void calls(Refresher step) {
        script.add(step);
    }

    /** Returns how many refreshes are planned and have not been asked for. */
    int left() {
        return script.size();
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public ProviderProfile profile() {
        return profile;
    }

    @Override
    public Refresher refresher() {
        return this::refresh;
    }

    private TokenOutcome refresh(RefreshRequest request) {
        requests.add(request);
        Refresher step = script.poll();
        if (step == null) {
            throw new AssertionError("refresh " + requests.size() + " was not expected");
        }
        return step.refresh(request);
    }

    @Override
    public Optional<UserLookup> userLookup() {
        return Optional.ofNullable(userLookup);
    }

    @Override
    public Optional<Derivation> derivation() {
        return Optional.ofNullable(derivation);
    }

    @Override
    public Optional<Revoker> revoker() {
        return Optional.ofNullable(revoker);
    }

    @Override
    public Optional<Validator> validator() {
        return Optional.ofNullable(validator);
    }

    @Override
    public Optional<ClientCredentialsGrant> clientCredentialsGrant() {
        return Optional.ofNullable(clientCredentialsTokens);
    }
}
