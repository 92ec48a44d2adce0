package dev.evertoken.benchmarks.scaling;

import com.google.cloud.secretmanager.v1.SecretManagerServiceClient;
import dev.evertoken.store.gcp.GcpSecretOptions;
import dev.evertoken.store.gcp.GcpSecretStore;
import dev.evertoken.store.gcp.fake.FakeSecretManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The costs of Google's client library against a fake of the service. */
final class SecretManagerCosts {

    private static final int REFRESHES = 12;
    private static final GcpSecretOptions OPTIONS = GcpSecretOptions.defaults().withTimeout(Duration.ofSeconds(30));

    private SecretManagerCosts() {}

    static void measure(StoreCosts costs) {
        for (ProviderShare share : List.of(ProviderShare.X, ProviderShare.GOOGLE)) {
            String suffix = share.isRotating() ? "-rotating" : "-static";
            try (FakeSecretManager service = FakeSecretManager.start();
                    SecretManagerServiceClient client = FakeSecretManager.client(service.endpoint(), OPTIONS)) {
                refreshes(costs, suffix, share, service, client);
            }
        }
    }

    private static void refreshes(
            StoreCosts costs,
            String suffix,
            ProviderShare share,
            FakeSecretManager service,
            SecretManagerServiceClient client) {
        GcpSecretStore store = GcpSecretStore.over(client, service.location(), MeasuredEngine.NAMESPACE, OPTIONS);
        try (MeasuredEngine engine = new MeasuredEngine(store)) {
            engine.warm(share);
            service.forgetCounts();
            for (int n = 0; n < REFRESHES / 3; n++) {
                engine.leastOfARefresh(share, () -> 0);
            }
        }
        store.close(); // with its pending destructions
        String secret = service.secrets().get(0);
        costs.add(
                "secrets",
                "active-versions" + suffix,
                service.liveVersions(secret).size());
        Map<String, Integer> counts = service.counts();
        costs.add(
                "secrets",
                "writes" + suffix,
                of(counts, "UpdateSecret", "AddSecretVersion", "DestroySecretVersion", "CreateSecret"));
        costs.add("secrets", "reads" + suffix, of(counts, "GetSecret", "ListSecretVersions", "GetSecretVersion"));
        costs.add("secrets", "accesses" + suffix, of(counts, "AccessSecretVersion"));
    }

    private static double of(Map<String, Integer> counts, String... names) {
        return List.of(names).stream()
                        .mapToInt(name -> counts.getOrDefault(name, 0))
                        .sum()
                / (double) REFRESHES;
    }
}
