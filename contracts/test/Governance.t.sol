// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {GataGovernor} from "../src/GataGovernor.sol";
import {GataToken} from "../src/GataToken.sol";
import {ModelRegistry} from "../src/ModelRegistry.sol";
import {NetworkParameters} from "../src/NetworkParameters.sol";
import {TestBase} from "./support/TestBase.sol";

contract GovernanceTest is TestBase {
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);
    uint48 private constant VOTING_DELAY = 1 days;
    uint32 private constant VOTING_PERIOD = 5 days;
    uint256 private constant TIMELOCK_DELAY = 2 days;

    TimelockController private timelock;
    GataGovernor private governor;
    ModelRegistry private registry;

    function setUp() public {
        deployAll();
        timelock = new TimelockController(TIMELOCK_DELAY, new address[](0), new address[](0), address(this));
        governor =
            new GataGovernor(staking, timelock, VOTING_DELAY, VOTING_PERIOD, 1_000_000 * 10 * GATA, 4);
        timelock.grantRole(timelock.PROPOSER_ROLE(), address(governor));
        timelock.grantRole(timelock.CANCELLER_ROLE(), address(governor));
        timelock.grantRole(timelock.EXECUTOR_ROLE(), address(0));
        timelock.renounceRole(timelock.DEFAULT_ADMIN_ROLE(), address(this));
        vm.prank(ADMIN);
        parameters.transferOwnership(address(timelock));
        registry = new ModelRegistry(address(timelock));
        stake(ALICE, 900 * GATA);
        stake(BOB, 100 * GATA);
        pass(1);
    }

    function proposal()
        private
        view
        returns (address[] memory targets, uint256[] memory values, bytes[] memory calls)
    {
        targets = new address[](2);
        values = new uint256[](2);
        calls = new bytes[](2);
        targets[0] = address(parameters);
        calls[0] =
            abi.encodeCall(NetworkParameters.setFeeSplit, (NetworkParameters.FeeSplit(9_000, 500, 500)));
        targets[1] = address(registry);
        calls[1] = abi.encodeCall(ModelRegistry.setModelType, ("text.generate", true, 10_000));
    }

    function propose() private returns (uint256 id) {
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = proposal();
        vm.prank(ALICE);
        return governor.propose(targets, values, calls, "More for the nodes");
    }

    function requireState(uint256 id, IGovernor.ProposalState state, string memory what) private view {
        equal(uint256(governor.state(id)), uint256(state), what);
    }

    function testAVoteChangesWhatTheTimelockOwns() public {
        uint256 id = propose();
        require(governor.proposalNeedsQueuing(id), "queuing");
        pass(VOTING_DELAY + 1);
        vm.prank(ALICE);
        governor.castVote(id, 1);
        vm.prank(BOB);
        governor.castVoteWithReason(id, 0, "less for me");
        pass(VOTING_PERIOD);
        requireState(id, IGovernor.ProposalState.Succeeded, "succeeded");
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = proposal();
        bytes32 description = keccak256("More for the nodes");
        governor.queue(targets, values, calls, description);
        vm.expectRevert();
        governor.execute(targets, values, calls, description);
        pass(TIMELOCK_DELAY);
        governor.execute(targets, values, calls, description);
        equal(parameters.feeSplit().nodes, 9_000, "nodes' share");
        require(registry.modelType("text.generate").admitted, "admitted");
        requireState(id, IGovernor.ProposalState.Executed, "executed");
    }

    function testVotesCountAsTheyWereAtTheSnapshot() public {
        uint256 id = propose();
        pass(VOTING_DELAY + 1);
        address late = address(0x1A7E);
        stake(late, 1_000_000 * GATA);
        pass(1);
        vm.prank(late);
        equal(governor.castVote(id, 0), 0, "weight");
    }

    function testWithoutAQuorumNothingPasses() public {
        stake(address(0xBEEF), 1_000_000 * GATA);
        pass(1);
        uint256 id = propose();
        pass(VOTING_DELAY + 1);
        vm.prank(ALICE);
        governor.castVote(id, 1);
        pass(VOTING_PERIOD);
        requireState(id, IGovernor.ProposalState.Defeated, "defeated");
    }

    function testAProposerNeedsVotesAndMayCancel() public {
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = proposal();
        vm.expectRevert();
        vm.prank(ANYONE);
        governor.propose(targets, values, calls, "Mine");
        uint256 id = propose();
        vm.prank(ALICE);
        governor.cancel(targets, values, calls, keccak256("More for the nodes"));
        requireState(id, IGovernor.ProposalState.Canceled, "cancelled");
    }

    function testProposalsCanBeReadWithoutLogs() public {
        equal(governor.proposalCount(), 0, "none yet");
        uint256 id = propose();
        equal(governor.proposalCount(), 1, "one");
        GataGovernor.ProposalSummary memory before = governor.summaryAt(0, ALICE);
        equal(before.id, id, "id");
        equal(uint256(before.state), uint256(IGovernor.ProposalState.Pending), "pending");
        require(before.proposer == ALICE, "proposer");
        equal(before.voteStart, vm.getBlockTimestamp() + VOTING_DELAY, "start");
        equal(before.voteEnd, before.voteStart + VOTING_PERIOD, "end");
        equal(before.quorum + before.power, 0, "not known before voting begins");
        require(keccak256(before.description) == keccak256("More for the nodes"), "description");
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = proposal();
        require(before.targets[1] == targets[1], "target");
        require(keccak256(before.calldatas[1]) == keccak256(calls[1]), "call");

        pass(VOTING_DELAY + 1);
        vm.prank(ALICE);
        governor.castVote(id, 1);
        vm.prank(BOB);
        governor.castVote(id, 2);
        GataGovernor.ProposalSummary memory voted = governor.summaryAt(0, ALICE);
        equal(voted.forVotes, staking.getVotes(ALICE), "for");
        equal(voted.abstainVotes, staking.getVotes(BOB), "abstain");
        equal(voted.againstVotes, 0, "against");
        equal(voted.power, staking.getVotes(ALICE), "power");
        equal(voted.quorum, governor.quorum(voted.voteStart), "quorum");
        require(voted.hasVoted && !governor.summaryAt(0, ANYONE).hasVoted, "who voted");

        pass(VOTING_PERIOD);
        governor.queue(targets, values, calls, keccak256("More for the nodes"));
        equal(
            governor.summaryAt(0, ALICE).executableAt, vm.getBlockTimestamp() + TIMELOCK_DELAY, "executable"
        );
        vm.expectRevert();
        governor.summaryAt(1, ALICE);
    }

    function testDescriptionsAreKeptUpToALimit() public {
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = proposal();
        uint256 longest = governor.LONGEST_DESCRIPTION();
        vm.expectRevert(abi.encodeWithSelector(GataGovernor.DescriptionTooLong.selector, longest + 1));
        vm.prank(ALICE);
        governor.propose(targets, values, calls, string(new bytes(longest + 1)));
        vm.prank(ALICE);
        governor.propose(targets, values, calls, string(new bytes(longest)));
        equal(governor.summaryAt(0, ALICE).description.length, longest, "kept");
    }

    function testGovernsItself() public view {
        equal(governor.votingDelay(), VOTING_DELAY, "delay");
        equal(governor.votingPeriod(), VOTING_PERIOD, "period");
        equal(governor.proposalThreshold(), 1_000_000 * 10 * GATA, "threshold");
        require(address(governor.timelock()) == address(timelock), "timelock");
        require(keccak256(bytes(governor.CLOCK_MODE())) == keccak256("mode=timestamp"), "clock");
    }

    function testOnlyTheTimelockSetsParameters() public {
        bytes memory refused = abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, ANYONE);
        vm.startPrank(ANYONE);
        vm.expectRevert(refused);
        parameters.setFeeSplit(NetworkParameters.FeeSplit(10_000, 0, 0));
        vm.expectRevert(refused);
        parameters.setRewardWeights(NetworkParameters.RewardWeights(0, 0, 0));
        vm.expectRevert(refused);
        parameters.setTreasury(ANYONE);
        vm.expectRevert(refused);
        registry.setModelType("x", true, 1);
        vm.stopPrank();
    }

    function testParametersHaveBounds() public {
        vm.startPrank(address(timelock));
        vm.expectRevert(abi.encodeWithSelector(NetworkParameters.SharesAreNotTheWhole.selector, 9_999));
        parameters.setFeeSplit(NetworkParameters.FeeSplit(9_000, 500, 499));
        vm.expectRevert(abi.encodeWithSelector(NetworkParameters.TooLittleForNodes.selector, uint16(4_999)));
        parameters.setFeeSplit(NetworkParameters.FeeSplit(4_999, 5_001, 0));
        vm.expectRevert(abi.encodeWithSelector(NetworkParameters.SharesAreNotTheWhole.selector, 10_001));
        parameters.setRewardWeights(NetworkParameters.RewardWeights(10_001, 0, 0));
        parameters.setRewardWeights(NetworkParameters.RewardWeights(5_000, 2, 3));
        equal(parameters.rewardWeights().usage, 5_000, "usage");
        vm.expectRevert(NetworkParameters.ZeroAddress.selector);
        parameters.setTreasury(address(0));
        parameters.setTreasury(BOB);
        require(parameters.treasury() == BOB, "treasury");
        vm.stopPrank();
    }

    function testTheRegistryRemembersKinds() public {
        vm.startPrank(address(timelock));
        registry.setModelType("embed", true, 12_000);
        registry.setModelType("embed", false, 12_000);
        registry.setModelType("image.classify", true, 10_000);
        equal(registry.kinds().length, 2, "kinds");
        require(!registry.modelType("embed").admitted, "refused again");
        require(!registry.modelType("unknown").admitted, "unknown");
        (string[] memory names, ModelRegistry.ModelType[] memory types) = registry.modelTypes();
        equal(types.length, 2, "types");
        require(keccak256(bytes(names[1])) == keccak256("image.classify"), "name");
        require(!types[0].admitted && types[1].admitted, "what holds for each");
        equal(types[0].rewardWeight, 12_000, "weight");
        vm.expectRevert(ModelRegistry.BadKind.selector);
        registry.setModelType("", true, 1);
        vm.expectRevert(ModelRegistry.BadKind.selector);
        registry.setModelType(string(new bytes(65)), true, 1);
        vm.expectRevert(abi.encodeWithSelector(ModelRegistry.TooMuchWeight.selector, uint16(50_001)));
        registry.setModelType("embed", true, 50_001);
        vm.stopPrank();
    }

    function testTheTestTokenRefusesMainNetworks() public {
        uint256[2] memory networks = [uint256(56), 204];
        for (uint256 index = 0; index < networks.length; ++index) {
            vm.chainId(networks[index]);
            vm.expectRevert(abi.encodeWithSelector(GataToken.OnlyOnTestNetworks.selector, networks[index]));
            new GataToken(ALICE, 1);
        }
        vm.chainId(97);
        GataToken test = new GataToken(ALICE, 1);
        equal(test.clock(), vm.getBlockTimestamp(), "clock");
        require(keccak256(bytes(test.CLOCK_MODE())) == keccak256("mode=timestamp"), "mode");
        equal(test.nonces(ALICE), 0, "nonce");
    }
}
