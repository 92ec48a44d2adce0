package dev.evertoken.catalogue;

/**
 * The provider {@code github}: an OAuth app of GitHub, whose tokens do not expire. {@code docs/providers/github.md} describes its settings and behavior;
 * {@link Catalogue#description} returns the description, to change it. Immutable.
 */
public final class GitHubOAuthApp extends CataloguedProvider {

    /** Used by the service loader. */
    public GitHubOAuthApp() {
        super("github");
    }
}
