package dev.evertoken.providers;

import dev.evertoken.spi.AppTokens;
import dev.evertoken.spi.AuthorizationFlow;
import dev.evertoken.spi.Derivation;
import dev.evertoken.spi.Provider;
import dev.evertoken.spi.ProviderProfile;
import dev.evertoken.spi.Refresher;
import dev.evertoken.spi.RequestSigner;
import dev.evertoken.spi.ResourceDialect;
import dev.evertoken.spi.Revoker;
import dev.evertoken.spi.Validator;
import java.util.Optional;

/** A provider whose parts are those of a Graph API. Immutable. */
abstract sealed class GraphProvider implements Provider permits Facebook, Instagram {

    private final MetaGraph graph;

    GraphProvider(MetaGraph graph) {
        this.graph = graph;
    }

    @Override
    public final ProviderProfile profile() {
        return graph.profile();
    }

    @Override
    public final Refresher refresher() {
        return graph.refresher();
    }

    @Override
    public final ResourceDialect resourceDialect() {
        return MetaResources.DIALECT;
    }

    @Override
    public final Optional<AuthorizationFlow> authorizationFlow() {
        return Optional.of(graph.flow());
    }

    @Override
    public final Optional<Validator> validator() {
        return Optional.of(graph.validator());
    }

    @Override
    public final Optional<Revoker> revoker() {
        return graph.revoker();
    }

    @Override
    public final Optional<AppTokens> appTokens() {
        return graph.appTokens();
    }

    @Override
    public final Optional<Derivation> derivation() {
        return graph.derivation();
    }

    @Override
    public final Optional<RequestSigner> requestSigner() {
        return graph.signer();
    }
}
