// Registers the service worker and offers a new version when one waits. Small and apart, so that it works on pages whose
// module does not load.
if ("serviceWorker" in navigator) {
  addEventListener("load", async () => {
    const workers = navigator.serviceWorker;
    // The first worker takes over a page that had none: nothing to announce.
    const hadOne = Boolean(workers.controller);
    const registration = await workers.register("/sw.js", { updateViaCache: "none" }).catch(() => undefined);
    if (!registration) return;

    const offer = (worker) => {
      const box = document.getElementById("update");
      if (!box) return;
      box.querySelector("button").onclick = () => worker.postMessage("take over");
      box.hidden = false;
    };
    if (registration.waiting && hadOne) offer(registration.waiting);
    registration.addEventListener("updatefound", () => {
      const worker = registration.installing;
      worker.addEventListener("statechange", () => {
        if (worker.state === "installed" && workers.controller) offer(worker);
      });
    });

    let reloading = false;
    workers.addEventListener("controllerchange", () => {
      if (!hadOne || reloading) return;
      reloading = true;
      location.reload();
    });
  });
}
