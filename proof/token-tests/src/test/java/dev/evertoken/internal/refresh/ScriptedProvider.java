package dev.evertoken.internal.refresh;

import dev.evertoken.spi.provider.ClientCredentialsGrant;
import dev.evertoken.spi.provider.Derivation;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.Revoker;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.UserLookup;
import dev.evertoken.spi.provider.Validator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A provider in this process that returns the planned refresh outcomes in order. Not thread-safe. */
public final class ScriptedProvider implements Provider {

    /** The requests of all refreshes so far. */
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

    /** Plans the outcome of the next refresh, which is {@code TOO_LATE} without a permit. */
    public void responses(TokenOutcome outcome) {
        calls(request -> request.permit().maySend() ? outcome : ProviderCall.TOO_LATE);
    }

    /** Plans the behavior of the next refresh. */
    void calls(Refresher step) {
        script.add(step);
    }

    /** Returns the number of planned refreshes that have not run. */
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
