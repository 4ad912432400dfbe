"""The messages of the Python library that may travel, and their members."""

MESSAGES = {
    "layer_cake.countdown_timer": """
        Tick:
    """,
    "layer_cake.head_lock": """
        LockedOut: path pid parent_pid
    """,
    "layer_cake.http": """
        FormRequest: method request form_entry http header body
        HttpRequest: method request_uri http header body
        HttpResponse: http status_code reason_phrase header body
    """,
    "layer_cake.ip_networking": """
        HostPort: host port
        LocalPort: host port
    """,
    "layer_cake.listen_connect": """
        Accepted: listening opened_ipp proxy_address opened_at
        Close: message reason note error_code
        Closed: message reason note error_code opened_ipp opened_at
        ConnectStream: requested_ipp encrypted keep_alive http_client layer_cake_json
        Connected: request opened_ipp proxy_address opened_at
        Diffie: public_key
        Hellman: public_key
        KeepAlive: seconds
        ListenForStream: lid requested_ipp encrypted http_server uri_form default_to_request
        Listening: request listening_ipp controller_address
        NotAccepted: listening condition explanation error_code exit_status
        NotConnected: request condition explanation error_code exit_status
        NotListening: request condition explanation error_code exit_status
        OpenKeep: keep return_address
        StillThere: seconds
        StopListening: lid
    """,
    "layer_cake.make_message": """
        Fake:
    """,
    "layer_cake.message_memory": """
        Unknown:
    """,
    "layer_cake.object_collector": """
        AddObject: address
        RemoveObject: address
    """,
    "layer_cake.object_directory": """
        AcceptAt: ipp
        Advisory: name scope published_id
        Available: name scope route_id subscribed_id published_id publisher_address opened_at
        ClearListings: subscribers publishers
        ClearPublished: name scope published_id note
        ClearPublisherRoute: published_id name route_id
        ClearSubscribed: search scope subscribed_id note
        ClearSubscriberRoute: subscribed_id name route_id
        CloseLoop: name scope route_id subscribed_id published_id subscriber_address
        ConnectTo: ipp
        Delivered: name scope route_id subscribed_id published_id subscriber_address opened_at
        DirectoryListing: unique_id executable directory_address scope primary_ip connect_to_directory
            accept_directories_at published subscribed routed peer sub_directory
        DirectoryOpened:
        DirectoryPeer: subscribed_id search session
        DirectoryRoute: name subscribed_id published_id
        DropLoop: name scope route_id subscribed_id published_id subscriber_address
        Dropped: name scope route_id subscribed_id published_id remote_address opened_at
        GetDirectory:
        ListDirectory:
        LoopClosed: publisher_address
        LoopDropped: subscribed_id name route_id
        LoopOpened: publisher_address
        NotPublished: name scope note condition explanation error_code exit_status
        NotSubscribed: search scope note condition explanation error_code exit_status
        OpenDirectory: scope
        OpenLibrary: published_id subscribed_id
        OpenLoop: name scope route_id subscribed_id published_id subscriber_address
        PeerSession: name route status
        PublishAs: name scope publisher_address encrypted
        Published: name scope encrypted published_id listening_ipp home_address
        PublishedCleared: name scope published_id note
        PublishedDirectory: published subscribed
        RequestLoop: name scope route_id subscribed_id published_id subscriber_address
        RouteOverLoop: route_id scope encrypted subscribed_id published_id name ipp
        RouteToAddress: route_id scope subscribed_id published_id subscriber_address publisher_address name
            opened_at
        SubscribeTo: search scope subscriber_address
        Subscribed: search scope subscribed_id home_address
        SubscribedCleared: search scope subscribed_id note
        SubscriberRoute: route_id scope subscribed_id published_id name
    """,
    "layer_cake.object_spool": """
        JoinSpool: worker_address role_name
        LeaveSpool: worker_address role_name
    """,
    "layer_cake.object_startup": """
        CommandResponse: command note
        StartStop: start stop returned
    """,
    "layer_cake.point_runtime": """
        Aborted: condition explanation error_code exit_status
        Ack:
        Anything: thing
        Busy: condition explanation error_code exit_status
        Discover:
        Enquiry:
        Faulted: condition explanation error_code exit_status
        Inspect:
        Nak:
        NotReady:
        OutOfService: condition explanation error_code exit_status
        Overloaded: condition explanation error_code exit_status
        Pause:
        Ping:
        ReForm: form entry
        Ready:
        Resume:
        Returned: message
        Start:
        Stop:
        TemporarilyUnavailable: condition explanation error_code exit_status unavailable
        TimedOut: timer condition explanation error_code exit_status
        ToBeConfirmed: condition explanation error_code exit_status
    """,
    "layer_cake.process_object": """
        CodePage: code page
    """,
    "layer_cake.retry_intervals": """
        RetryIntervals: first_steps regular_steps step_limit randomized truncated
    """,
    "layer_cake.virtual_codec": """
        TypeNotBound: module_name
    """,
    "layer_cake.virtual_point": """
        CancelTimer: timer
        Other: message
        PointLog: stamp tag address name state text
        PointTest: stamp name condition source line text
        SelectTimer:
        StartTimer: timer seconds repeating
        T1:
        T2:
        T3:
        T4:
    """,
}


def messages():
    """(signature, members) of each."""
    for module, lines in MESSAGES.items():
        for line in lines.replace("\n            ", " ").split("\n"):
            name, colon, members = line.partition(":")
            if colon:
                yield f"{module}.{name.strip()}", members.split()
