/** Further authorization servers, each described as data. */
module dev.evertoken.catalogue {
    requires transitive dev.evertoken.providers;
    requires static transitive org.jspecify;

    exports dev.evertoken.catalogue;

    provides dev.evertoken.spi.provider.Provider with
            dev.evertoken.catalogue.GitHubOAuthApp,
            dev.evertoken.catalogue.GitHubApp,
            dev.evertoken.catalogue.Microsoft,
            dev.evertoken.catalogue.Slack,
            dev.evertoken.catalogue.Salesforce,
            dev.evertoken.catalogue.HubSpot,
            dev.evertoken.catalogue.Zoho,
            dev.evertoken.catalogue.Twitch,
            dev.evertoken.catalogue.Fitbit,
            dev.evertoken.catalogue.Withings,
            dev.evertoken.catalogue.EBay,
            dev.evertoken.catalogue.Shopify,
            dev.evertoken.catalogue.QuickBooks;
}
