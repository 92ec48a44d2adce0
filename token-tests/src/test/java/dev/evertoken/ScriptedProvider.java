package dev.evertoken;

import dev.evertoken.spi.AppTokens;
import dev.evertoken.spi.Derivation;
import dev.evertoken.spi.Enrichment;
import dev.evertoken.spi.Provider;
import dev.evertoken.spi.ProviderProfile;
import dev.evertoken.spi.RefreshOutcome;
import dev.evertoken.spi.RefreshRequest;
import dev.evertoken.spi.Refresher;
import dev.evertoken.spi.Revoker;
import dev.evertoken.spi.Validator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A provider in this process that answers refreshes as a test says, in this order. Not thread-safe. */
final class ScriptedProvider implements Provider {

    /** The refreshes that it was asked for. */
    final List<RefreshRequest> requests = new ArrayList<>();

    @Nullable
    Enrichment enrichment;

    @Nullable
    Derivation derivation;

    @Nullable
    Revoker revoker;

    @Nullable
    Validator validator;

    @Nullable
    AppTokens appTokens;

    private final String id;
    private final ProviderProfile profile;
    private final Deque<Refresher> script = new ArrayDeque<>();

    ScriptedProvider(String id, ProviderProfile profile) {
        this.id = id;
        this.profile = profile;
    }

    /** Plans what the next refresh ends with, if it is let go. */
    void answers(RefreshOutcome outcome) {
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

    private RefreshOutcome refresh(RefreshRequest request) {
        requests.add(request);
        Refresher step = script.poll();
        if (step == null) {
            throw new AssertionError("refresh " + requests.size() + " was not expected");
        }
        return step.refresh(request);
    }

    @Override
    public Optional<Enrichment> enrichment() {
        return Optional.ofNullable(enrichment);
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
    public Optional<AppTokens> appTokens() {
        return Optional.ofNullable(appTokens);
    }
}
