// A launcher in C#, for .NET Framework 4.6.2, .NET 8, and what is later: Launcher.exe DATA_FOLDER PROGRAM [ARGUMENTS]
// It uses the agent that runs, or starts the one whose command is in GATA_AGENT ("node …/main.js").
using System;
using System.Diagnostics;
using System.IO;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Runtime.Serialization;
using System.Runtime.Serialization.Json;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

[DataContract] class Tokens { [DataMember] public string launcher = ""; }
[DataContract] class Endpoint { [DataMember] public int port; [DataMember] public Tokens tokens = new Tokens(); }
[DataContract] class Ready { [DataMember] public int port; [DataMember] public string launcherToken = ""; }
[DataContract] class Name { [DataMember] public string name = ""; }
[DataContract] class OwnToken { [DataMember] public string token = ""; }
[DataContract] class Lease
{
    [DataMember] public string reason = "Starting a game";
    [DataMember] public string title = "";
    [DataMember] public int pid;
    [DataMember] public int ttlSeconds = 3600;
}

class Refused : Exception
{
    public readonly int Status;
    public Refused(int status, string body) : base("The agent answered " + status + ": " + body) { Status = status; }
}

class Agent
{
    const string LauncherName = "C# Launcher";
    const int RunsAlready = 3;
    static readonly HttpClient Http = new HttpClient();
    readonly string dataFolder;
    string url = "";
    string token = "";

    public Agent(string dataFolder) { this.dataFolder = dataFolder; }

    /// <summary>Finds the agent or starts it, and gets a token of this launcher's own.</summary>
    public async Task Connect()
    {
        try { await Exchange(); }
        // agent.json is missing, or left over from an agent that was killed.
        catch (Exception error) when (error is IOException || error is HttpRequestException) { await Start(); }
    }

    public async Task<string> Request(HttpMethod method, string path, object body = null)
    {
        try { return await Send(method, path, body); }
        catch (Exception error) when (error is HttpRequestException || (error as Refused)?.Status == 401)
        {
            // The agent was restarted: its port may be another, and the token is.
            await Exchange();
            return await Send(method, path, body);
        }
    }

    async Task Exchange()
    {
        var endpoint = FromJson<Endpoint>(File.ReadAllText(Path.Combine(dataFolder, "agent.json")));
        url = "http://127.0.0.1:" + endpoint.port;
        token = endpoint.tokens.launcher;
        token = FromJson<OwnToken>(await Send(HttpMethod.Post, "/v1/launchers", new Name { name = LauncherName })).token;
    }

    async Task Start()
    {
        var command = (Environment.GetEnvironmentVariable("GATA_AGENT") ?? "").Split(new[] { ' ' }, 2);
        var agent = Process.Start(new ProcessStartInfo
        {
            FileName = command[0],
            Arguments = command[1] + " --launched-by \"" + LauncherName + "\" --hand-over-token",
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardOutput = true,
        });
        var line = await agent.StandardOutput.ReadLineAsync();
        if (line == null)
        {
            agent.WaitForExit();
            if (agent.ExitCode != RunsAlready) throw new Exception("The agent ended with " + agent.ExitCode + ".");
            await Task.Delay(1000);
            await Exchange();
            return;
        }
        var ready = FromJson<Ready>(line);
        url = "http://127.0.0.1:" + ready.port;
        token = ready.launcherToken;
    }

    async Task<string> Send(HttpMethod method, string path, object body)
    {
        var request = new HttpRequestMessage(method, url + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body != null) request.Content = new StringContent(ToJson(body), Encoding.UTF8, "application/json");
        var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode) throw new Refused((int)response.StatusCode, text);
        return text;
    }

    static T FromJson<T>(string text)
    {
        using (var stream = new MemoryStream(Encoding.UTF8.GetBytes(text)))
            return (T)new DataContractJsonSerializer(typeof(T)).ReadObject(stream);
    }

    static string ToJson(object value)
    {
        using (var stream = new MemoryStream())
        {
            new DataContractJsonSerializer(value.GetType()).WriteObject(stream, value);
            return Encoding.UTF8.GetString(stream.ToArray());
        }
    }
}

static class Program
{
    static int Main(string[] args) { return Run(args).GetAwaiter().GetResult(); }

    static async Task<int> Run(string[] args)
    {
        var agent = new Agent(args[0]);
        await agent.Connect();
        var own = Process.GetCurrentProcess().Id;
        var path = "/v1/pause-leases/csharp-launcher:" + own;
        var lease = new Lease { title = Path.GetFileNameWithoutExtension(args[1]), pid = own };
        // When this returns no job runs and the card is free.
        await agent.Request(HttpMethod.Put, path, lease);
        var over = new CancellationTokenSource();
        try
        {
            var arguments = string.Join(" ", args, 2, args.Length - 2);
            var game = Process.Start(new ProcessStartInfo(args[1], arguments) { UseShellExecute = false });
            // From now on the lease belongs to the game, whatever becomes of this launcher.
            lease.pid = game.Id;
            var renewal = Renew(agent, path, lease, over.Token);
            await Task.Run(() => game.WaitForExit());
            over.Cancel();
            await renewal;
            return game.ExitCode;
        }
        finally
        {
            over.Cancel();
            try { await agent.Request(HttpMethod.Delete, path); }
            catch (Refused error) when (error.Status == 404) { /* It has ended with the game. */ }
        }
    }

    /// <summary>Now, and three times in each lease's life.</summary>
    static async Task Renew(Agent agent, string path, Lease lease, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            try { await agent.Request(HttpMethod.Put, path, lease); }
            catch (Refused error) when (error.Status == 400) { return; /* The game has ended already. */ }
            catch (Exception error) { Console.Error.WriteLine(error.Message); }
            try { await Task.Delay(TimeSpan.FromSeconds(lease.ttlSeconds / 3), over); }
            catch (OperationCanceledException) { return; }
        }
    }
}
